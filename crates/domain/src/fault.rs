//! Whose fault an error is.

/// Who has to act on an error; every error type of the libraries tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// What was asked or given cannot be done: the person or program that asked has to change it.
    Caller,
    /// The machine does not play along: its disk, its rights, another program, a damaged file.
    Environment,
    /// A mistake of this program.
    Bug,
}
