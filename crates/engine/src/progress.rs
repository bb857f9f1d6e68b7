//! How far a long piece of work is.

/// Is told how far a long piece of work is; the command line draws a bar from it.
pub trait Progress: Send + Sync {
    /// A step begins; `total` units of work lie ahead, if that is known.
    fn begin(&self, step: &str, total: Option<u64>);
    /// `units` more are done.
    fn advance(&self, units: u64);
    /// The step is over.
    fn end(&self);
    /// Something that a person should know, such as an index that has to be built anew.
    fn notice(&self, message: &str);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _: &str, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn end(&self) {}
    fn notice(&self, _: &str) {}
}
