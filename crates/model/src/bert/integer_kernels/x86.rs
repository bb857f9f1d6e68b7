//! The kernels of x86-64 processors: AMX multiplies tiles of 16 rows with 16 outputs in one instruction, AVX-512 VNNI four
//! inputs of 16 outputs, AVX2 two inputs of 8 outputs in 16 bits.

// The one place of this crate that calls instructions of a processor by name. Pointers are made from arrays of fixed size
// or from slices whose length is checked; what a function needs of the processor is detected before its address is given out.
#![allow(unsafe_code)]

use std::arch::asm;
use std::arch::x86_64::*;
use std::marker::PhantomData;
use std::sync::OnceLock;

use super::{
    BLOCK, HALF, Kernel, PANEL, PanelBlock, Panels, Products, Rows, STEP, for_each_panel, multiply_portable,
    multiply_tiles, write_outputs,
};

/// Adds the kernels that this processor can run, the fastest first.
pub(super) fn add_kernels(kernels: &mut Vec<(&'static str, Kernel)>) {
    if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vnni") {
        if tiles_are_permitted() {
            // SAFETY: the processor has what the function is compiled for, and the system lets it use tiles.
            kernels.push(("amx", |panels, rows, result| unsafe { amx(panels, rows, result) }));
        }
        // SAFETY: the processor has what the function is compiled for.
        kernels.push(("avx512-vnni", |panels, rows, result| unsafe { avx512(panels, rows, result) }));
    }
    if is_x86_feature_detected!("avx2") {
        // SAFETY: as above.
        kernels.push(("avx2", |panels, rows, result| unsafe { avx2(panels, rows, result) }));
    }
}

/// Number `place` of each of a tile's rows, `length` long; none where the tile is not that long.
#[inline(always)]
fn column<T, const N: usize>(tile: &[T], length: usize, place: usize) -> Option<[&T; N]> {
    let mut rows = tile.chunks_exact(length.max(1));
    let first = rows.next()?.get(place)?;
    let mut column = [first; N];
    for cell in column.iter_mut().skip(1) {
        *cell = rows.next()?.get(place)?;
    }
    Some(column)
}

/// A block of activations in 16 bits.
type WideBlock = [i16; BLOCK];

#[target_feature(enable = "avx2")]
fn avx2(panels: Panels<'_>, rows: Rows<'_>, result: &mut [f32]) {
    /// Rows that are multiplied together, so that weights are loaded once for all of them.
    const TOGETHER: usize = 4;
    /// Outputs whose weights for a step, in 16 bits, are two vectors.
    const OUTPUTS: usize = 8;
    // A byte times a byte with a sign needs 17 bits, and two such products are added up: both become 16 bits wide, the
    // activations once for all panels.
    let wide: Vec<WideBlock> = rows.blocks.iter().map(|block| block.map(i16::from)).collect();
    let mut products = [[0; PANEL]; TOGETHER];
    for_each_panel(panels, rows, |index, panel| {
        for (number, tile) in wide.chunks_exact(TOGETHER * rows.blocks_per_row).enumerate() {
            for eight in 0..PANEL / OUTPUTS {
                let (half, first) = (eight * OUTPUTS / HALF, eight * OUTPUTS % HALF);
                let mut sums = [[_mm256_setzero_si256(); 2]; TOGETHER];
                for (place, block) in panel.iter().enumerate() {
                    let Some(activations) = column::<_, TOGETHER>(tile, panel.len(), place) else { continue };
                    let Some(weights) = block.weights.get(half) else { continue };
                    for (step, weights) in weights.iter().enumerate() {
                        // SAFETY: 8 times 4 bytes from `first` on, 0 or 8, end at most at the 16th, the last.
                        let weights = unsafe {
                            let address: *const __m128i = weights.as_ptr().add(first).cast();
                            [
                                _mm256_cvtepi8_epi16(_mm_loadu_si128(address)),
                                _mm256_cvtepi8_epi16(_mm_loadu_si128(address.add(1))),
                            ]
                        };
                        for (sums, block) in sums.iter_mut().zip(activations) {
                            // SAFETY: a block has 4 numbers of 2 bytes for each step.
                            let four: i64 =
                                unsafe { block.as_ptr().add(step * STEP).cast::<i64>().read_unaligned() };
                            for (sum, weights) in sums.iter_mut().zip(weights) {
                                let products = _mm256_madd_epi16(_mm256_set1_epi64x(four), weights);
                                *sum = _mm256_add_epi32(*sum, products);
                            }
                        }
                    }
                }
                for (products, [low, high]) in products.iter_mut().zip(sums) {
                    // Sums of two inputs stand side by side; added up, outputs are in the order 0 1 4 5 2 3 6 7.
                    let whole = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(low, high));
                    // SAFETY: 8 numbers from `eight` · 8 on end at most at PANEL, the length of `products`.
                    unsafe {
                        _mm256_storeu_si256(products.as_mut_ptr().add(eight * OUTPUTS).cast(), whole);
                    }
                }
            }
            write_outputs(panels, rows, (number * TOGETHER, index), &products, result);
        }
    });
}

#[target_feature(enable = "avx512f,avx512vnni")]
fn avx512(panels: Panels<'_>, rows: Rows<'_>, result: &mut [f32]) {
    /// Rows that are multiplied together, so that weights are loaded once for all of them.
    const TOGETHER: usize = 8;
    multiply_tiles::<TOGETHER>(panels, rows, result, |panel, tile, products| {
        let mut sums = [[_mm512_setzero_si512(); 2]; TOGETHER];
        for (place, block) in panel.iter().enumerate() {
            let Some(activations) = column::<_, TOGETHER>(tile, panel.len(), place) else { continue };
            let [low, high] = &block.weights;
            for (step, (low, high)) in low.iter().zip(high).enumerate() {
                // SAFETY: each has 16 times 4 bytes.
                let weights = unsafe {
                    [_mm512_loadu_si512(low.as_ptr().cast()), _mm512_loadu_si512(high.as_ptr().cast())]
                };
                for (sums, block) in sums.iter_mut().zip(activations) {
                    // SAFETY: a block has 4 bytes for each step.
                    let four: i32 = unsafe { block.as_ptr().add(step * STEP).cast::<i32>().read_unaligned() };
                    for (sum, weights) in sums.iter_mut().zip(weights) {
                        *sum = _mm512_dpbusd_epi32(*sum, _mm512_set1_epi32(four), weights);
                    }
                }
            }
        }
        for (cells, sums) in products.iter_mut().zip(sums) {
            for (cells, sum) in cells.as_chunks_mut::<HALF>().0.iter_mut().zip(sums) {
                // SAFETY: `cells` has the 16 numbers that are written.
                unsafe { _mm512_storeu_si512(cells.as_mut_ptr().cast(), sum) };
            }
        }
    });
}

/// Rows of a tile register.
const TILE_ROWS: usize = 16;
/// Bytes of a row of a tile register.
const LINE: usize = 64;

/// Products of two tiles of rows, one behind the other, with both halves of a panel.
#[repr(C, align(64))]
struct TileProducts(Products<{ 2 * TILE_ROWS }>);

#[target_feature(enable = "avx512f")]
fn amx(panels: Panels<'_>, rows: Rows<'_>, result: &mut [f32]) {
    // SAFETY: this function's address is given out where tiles are permitted.
    let tiles = unsafe { Tiles::configure() };
    let mut products = TileProducts([[0; PANEL]; 2 * TILE_ROWS]);
    for_each_panel(panels, rows, |index, panel| {
        for (number, tile) in rows.blocks.chunks(2 * TILE_ROWS * rows.blocks_per_row).enumerate() {
            tiles.multiply(panel, tile, &mut products);
            let first_row = number * 2 * TILE_ROWS;
            write_outputs(panels, rows, (first_row, index), &products.0, result);
        }
    });
}

/// Tile registers of this thread: 0 to 3 for products, 4 and 5 for rows, 6 and 7 for weights. Dropped, they are released,
/// so that the system need not save them.
struct Tiles(PhantomData<*const ()>);

impl Tiles {
    /// What the processor is told about its tiles: all are used whole.
    const CONFIGURATION: TileConfiguration = {
        let (mut line_bytes, mut lines) = ([0; 16], [0; 16]);
        let mut register = 0;
        while register < 8 {
            (line_bytes[register], lines[register]) = (LINE as u16, TILE_ROWS as u8);
            register += 1;
        }
        TileConfiguration { palette: 1, start_row: 0, reserved: [0; 14], line_bytes, lines }
    };

    /// # Safety
    ///
    /// The processor has AMX, and the system lets this process use it ([`tiles_are_permitted`]).
    unsafe fn configure() -> Self {
        // SAFETY: reads the 64 bytes of the configuration.
        unsafe {
            asm!("ldtilecfg [{}]", in(reg) &Self::CONFIGURATION, options(nostack, readonly, preserves_flags));
        };
        Self(PhantomData)
    }

    /// Writes the products of a panel with one or two tiles of rows, as many blocks a row as the panel has.
    #[inline(always)]
    fn multiply(&self, panel: &[PanelBlock], tile: &[[u8; BLOCK]], products: &mut TileProducts) {
        let row_blocks = panel.len();
        let two = match tile.len() {
            _ if row_blocks == 0 => return,
            length if length == TILE_ROWS * row_blocks => false,
            length if length == 2 * TILE_ROWS * row_blocks => true,
            // no caller gives other tiles
            _ => return multiply_portable(panel, tile, &mut products.0),
        };
        let rows = tile.as_ptr();
        // SAFETY: the second tile begins where the first ends.
        let others = if two { unsafe { rows.add(TILE_ROWS * row_blocks) } } else { std::ptr::null() };
        // SAFETY: every block is read once: at `weights` 64 lines of 64 bytes each (a panel's half is 16 of them), at `rows`,
        // and at `others` where it is not null, 16 lines a row's length apart. 16 lines of a half, and another 16, are written at `products`.
        unsafe {
            asm!(
                "tilezero tmm0",
                "tilezero tmm1",
                "tilezero tmm2",
                "tilezero tmm3",
                "2:",
                "tileloadd tmm6, [{weights} + {line}]",
                "tileloadd tmm4, [{rows} + {stride}]",
                "tdpbusd tmm0, tmm4, tmm6",
                "tileloadd tmm7, [{weights} + {line} + {HALF_BYTES}]",
                "tdpbusd tmm1, tmm4, tmm7",
                "test {others}, {others}",
                "jz 3f",
                "tileloadd tmm5, [{others} + {stride}]",
                "tdpbusd tmm2, tmm5, tmm6",
                "tdpbusd tmm3, tmm5, tmm7",
                "add {others}, {BLOCK}",
                "3:",
                "add {weights}, 2 * {HALF_BYTES}",
                "add {rows}, {BLOCK}",
                "dec {blocks}",
                "jnz 2b",
                "tilestored [{products} + 2 * {line}], tmm0",
                "tilestored [{products} + 2 * {line} + {LINE}], tmm1",
                "tilestored [{products} + 2 * {line} + 2 * {TILE_ROWS} * {LINE}], tmm2",
                "tilestored [{products} + 2 * {line} + 2 * {TILE_ROWS} * {LINE} + {LINE}], tmm3",
                rows = inout(reg) rows => _,
                others = inout(reg) others => _,
                weights = inout(reg) panel.as_ptr() => _,
                blocks = inout(reg) row_blocks => _,
                stride = in(reg) row_blocks * BLOCK,
                products = in(reg) products.0.as_mut_ptr(),
                line = in(reg) LINE,
                LINE = const LINE,
                TILE_ROWS = const TILE_ROWS,
                BLOCK = const BLOCK,
                HALF_BYTES = const size_of::<PanelBlock>() / 2,
                out("tmm0") _,
                out("tmm1") _,
                out("tmm2") _,
                out("tmm3") _,
                out("tmm4") _,
                out("tmm5") _,
                out("tmm6") _,
                out("tmm7") _,
                options(nostack),
            );
        }
    }
}

impl Drop for Tiles {
    fn drop(&mut self) {
        // SAFETY: gives up what `configure` set up.
        unsafe { asm!("tilerelease", options(nomem, nostack, preserves_flags)) };
    }
}

/// The operand of `ldtilecfg` (Intel 64 and IA-32 Architectures Software Developer's Manual, volume 1, chapter 18).
#[repr(C, align(64))]
struct TileConfiguration {
    palette: u8,
    start_row: u8,
    reserved: [u8; 14],
    /// Of each register.
    line_bytes: [u16; 16],
    /// Of each register.
    lines: [u8; 16],
}

/// Whether the processor multiplies bytes in tiles and the system lets this process do so.
fn tiles_are_permitted() -> bool {
    static PERMITTED: OnceLock<bool> = OnceLock::new();
    *PERMITTED.get_or_init(|| has_tiles() && ask_for_tiles())
}

fn has_tiles() -> bool {
    const TILE: u32 = 1 << 24;
    const INT8: u32 = 1 << 25;
    __cpuid(0).eax >= 7 && __cpuid_count(7, 0).edx & (TILE | INT8) == TILE | INT8
}

/// Linux saves the tiles of those processes only that asked for them.
#[cfg(target_os = "linux")]
fn ask_for_tiles() -> bool {
    /// `ARCH_REQ_XCOMP_PERM` and `XFEATURE_XTILEDATA` of the kernel's `arch/x86/include`.
    const REQUEST: libc::c_long = 0x1023;
    const TILE_DATA: libc::c_long = 18;
    // SAFETY: this request takes a number and touches no memory.
    unsafe { libc::syscall(libc::SYS_arch_prctl, REQUEST, TILE_DATA) == 0 }
}

#[cfg(not(target_os = "linux"))]
fn ask_for_tiles() -> bool {
    false
}
