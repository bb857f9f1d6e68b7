//! Compiles the lexicon (`lexicon/words.tsv`) into the automaton that the segmenter embeds.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;
use std::{env, fs};

#[path = "src/segment/automaton.rs"]
#[allow(dead_code, missing_docs)]
mod automaton;

fn main() -> Result<(), Box<dyn Error>> {
    const LEXICON: &str = "lexicon/words.tsv";
    println!("cargo::rerun-if-changed={LEXICON}");
    const UNKNOWN: &str = "lexicon/unknown.tsv";
    println!("cargo::rerun-if-changed={UNKNOWN}");
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/segment/automaton.rs");

    let mut words = BTreeMap::new();
    for (number, line) in fs::read_to_string(LEXICON)?.lines().enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let fault = |what: &str| format!("{LEXICON}:{}: {what}", number + 1);
        let (word, cost) = line.split_once('\t').ok_or_else(|| fault("expected WORD<tab>COST"))?;
        let codes: Option<Vec<u8>> = word.chars().map(automaton::code_of).collect();
        let codes = codes.filter(|codes| !codes.is_empty()).ok_or_else(|| fault("not a Thai word"))?;
        let cost: i16 = cost.parse().map_err(|_| fault("the cost is no number of 16 bits"))?;
        if words.insert(codes, cost).is_some() {
            return Err(fault("the word is there twice").into());
        }
    }
    let (nodes, costs) = automaton::compile(&words)?;
    let folder = env::var("OUT_DIR")?;
    let folder = Path::new(&folder);
    fs::write(
        folder.join("lexicon_nodes.bin"),
        nodes.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>(),
    )?;
    fs::write(
        folder.join("lexicon_costs.bin"),
        costs.iter().flat_map(|c| c.to_le_bytes()).collect::<Vec<u8>>(),
    )?;
    let mut fields = String::new();
    for line in fs::read_to_string(UNKNOWN)?.lines().filter(|line| !line.starts_with('#')) {
        let (name, cost) =
            line.split_once('\t').ok_or_else(|| format!("{UNKNOWN}: expected NAME<tab>COST"))?;
        fields += &format!("{name}: {}, ", cost.parse::<i32>()?);
    }
    let costs = format!("const UNKNOWN_COSTS: UnknownCosts = UnknownCosts {{ {fields}}};");
    fs::write(folder.join("unknown_costs.rs"), costs)?;
    Ok(())
}
