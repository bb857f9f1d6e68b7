//! The flags of the command line, as they are written; `settings` resolves them.

use std::net::SocketAddr;
use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use thiap_domain::Relation;

/// Thiap (เทียบ) finds the state projects that a draft repeats, and tells why.
///
/// JSON lines in, JSON lines out; messages and progress go to standard error. Exit status: 0 done, 1 failed, 2 wrong usage.
#[derive(Debug, Parser)]
#[command(name = "thiap", version, propagate_version = true, max_term_width = 110)]
pub struct Arguments {
    /// Folder of the store and its indexes; made when it is not there [default: ./thiap-data, for demo ./thiap-demo]
    #[arg(long, global = true, env = "THIAP_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Form of the answer on standard output
    #[arg(long, global = true, env = "THIAP_FORMAT", value_enum)]
    pub format: Option<Format>,
    /// Settings file [default: settings.toml in the data folder, when there is one]
    #[arg(long, global = true, env = "THIAP_SETTINGS", value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Folder of another encoder in Hugging Face layout (BERT or XLM-R), instead of the one inside this program; `hash`
    /// for vectors of letters without meaning, to measure all else at once
    #[arg(long, global = true, env = "THIAP_MODEL", value_name = "DIR")]
    pub model: Option<PathBuf>,
    /// Show no progress
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// Form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Table,
    /// One JSON document.
    Json,
    /// A JSON object a line.
    Jsonl,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Fill a store with invented projects, check a sample draft, print the answer and serve the page
    Demo(DemoArguments),
    /// Bring the projects of a CSV, XLSX or JSON lines file into the store
    Import(ImportArguments),
    /// Bring the indexes up to the store's last change
    Index(IndexArguments),
    /// Find projects by words and by meaning
    Search(SearchArguments),
    /// Find the projects that a draft repeats
    Check(CheckArguments),
    /// Check drafts and issue numbered reports to print and keep, or verify one
    Report(ReportArguments),
    /// Compare a draft with a project, or pairs of them
    Compare(CompareArguments),
    /// Compare all projects across agencies with each other and the past, and group those that repeat each other
    Screen(ScreenArguments),
    /// Show, split or merge the families that `screen` found
    Family(FamilyArguments),
    /// Keep a reviewer's decision on a draft beside a project
    Decide(DecideArguments),
    /// List decisions, export them as labels, or tell how far reviewers agree
    Decisions(DecisionsArguments),
    /// Cut Thai text into words
    Segment(SegmentArguments),
    /// Read what texts name: places, agencies, money, dates, plans, target groups
    Ner(NerArguments),
    /// Turn texts into vectors
    Embed(EmbedArguments),
    /// Measure quality on labelled data
    Evaluate(EvaluateArguments),
    /// Learn the weights of the duplicate check from labelled drafts
    Train(TrainArguments),
    /// Show a project's record and its versions
    Show(ShowArguments),
    /// Tell what the data folder holds and how far its indexes are
    Status,
    /// Write a corpus of invented projects of any size, with planted duplicates and drafts to check
    Synth(SynthArguments),
    /// Serve the HTTP API and the page
    Serve(ServeArguments),
}

/// Flags of `demo`.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Do not serve the page afterwards
    #[arg(long)]
    pub no_serve: bool,
    /// Where to listen
    #[command(flatten)]
    pub serve: ServeArguments,
}

/// Flags of `import`.
#[derive(Debug, Args)]
pub struct ImportArguments {
    /// CSV, XLSX, JSON lines or JSON; UTF-8, UTF-16 or Windows-874 / TIS-620
    pub file: PathBuf,
    /// Which column holds which field (TOML or JSON), for headers that are not recognised
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
}

/// Flags of `index`.
#[derive(Debug, Args)]
pub struct IndexArguments {
    /// Throw the indexes away and build them anew from the store
    #[arg(long)]
    pub rebuild: bool,
}

/// Flags of `search`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("input").required(true))]
pub struct SearchArguments {
    /// Words, "phrases", -exclusions, field:value
    #[arg(group = "input")]
    pub query: Option<String>,
    /// JSON lines {"query_id","query","filters":{}}; - for standard input
    #[arg(long, value_name = "FILE", group = "input")]
    pub queries: Option<PathBuf>,
    /// Filters as a JSON object, such as {"fiscal_year_be":2565,"province":"เลย"}
    #[arg(long, value_name = "JSON", conflicts_with = "queries")]
    pub filters: Option<String>,
    /// Which legs look for projects
    #[arg(long, value_enum, default_value_t = Mode::Both)]
    pub mode: Mode,
    /// Hits a query [default: 10, for --queries 100]
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Hits to pass over
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub offset: usize,
}

/// Which legs of the search are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    /// Words and meaning.
    Both,
    /// Words and character clusters only.
    Words,
    /// Meaning only.
    Meaning,
}

/// Flags of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// A draft or many: JSON, JSON lines, CSV or XLSX, or a folder of such files; - for standard input
    pub file: PathBuf,
    /// Matches a draft
    #[arg(long, value_name = "N", default_value_t = 50)]
    pub limit: usize,
}

/// Flags of `report`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct ReportArguments {
    /// A draft or many: JSON, JSON lines, CSV or XLSX, or a folder of such files; - for standard input
    #[arg(required = true)]
    pub file: Option<PathBuf>,
    /// Day of the report (Christian era) [default: today in Thailand]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub date: Option<NaiveDate>,
    /// Where NUMBER.html and NUMBER.json go; made when it is not there
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub output: PathBuf,
    /// Write the page in English
    #[arg(long)]
    pub english: bool,
    /// Matches a report
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub limit: usize,
    /// What to do instead
    #[command(subcommand)]
    pub action: Option<ReportAction>,
}

/// What `report` does instead of issuing.
#[derive(Debug, Subcommand)]
pub enum ReportAction {
    /// Tell whether a report was issued here and has not changed; exit status 0 when so
    Verify {
        /// The report as it was issued, JSON or HTML; - for standard input
        file: PathBuf,
    },
}

/// Flags of `compare`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("input").required(true).multiple(true))]
pub struct CompareArguments {
    /// The draft: a project code, or a file with one record
    #[arg(group = "input", requires = "b")]
    pub a: Option<String>,
    /// The project: a code, or a file with one record
    pub b: Option<String>,
    /// JSON lines {"pair_id","a","b"}, each side a code or a whole record; - for standard input
    #[arg(long, value_name = "FILE", group = "input", conflicts_with_all = ["a", "b"])]
    pub pairs: Option<PathBuf>,
}

/// Flags of `screen`.
#[derive(Debug, Args)]
pub struct ScreenArguments {
    /// Screen the projects of this fiscal year (Buddhist era) alone, against their own year and the past
    #[arg(long, value_name = "YEAR", value_parser = clap::value_parser!(i32).range(2400..=2700))]
    pub fiscal_year: Option<i32>,
    /// Compare N projects with all others too, and tell what looking among neighbours alone loses
    #[arg(long, value_name = "N")]
    pub audit: Option<usize>,
    /// Projects that each project is compared with at most [default: 40]
    #[arg(long, value_name = "N", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1000))]
    pub neighbours: Option<usize>,
}

/// Flags of `family`.
#[derive(Debug, Args)]
pub struct FamilyArguments {
    /// What to do with families
    #[command(subcommand)]
    pub command: FamilyCommand,
}

/// What to do with families.
#[derive(Debug, Subcommand)]
pub enum FamilyCommand {
    /// Show a family, its members and in what they differ
    Show {
        /// Its name
        family: String,
    },
    /// Take members out of a family, for good
    Split {
        /// Its name
        family: String,
        /// The codes of those that do not belong to it
        #[arg(required = true)]
        projects: Vec<String>,
        /// Why, and who says so
        #[command(flatten)]
        decision: DecisionArguments,
    },
    /// Bring two families together, for good
    Merge {
        /// The one that stays
        family: String,
        /// The one that joins it
        other: String,
        /// Why, and who says so
        #[command(flatten)]
        decision: DecisionArguments,
    },
    /// List everything that people decided about families, a JSON object a line
    Edits,
}

/// What is kept with a decision.
#[derive(Debug, Args)]
pub struct DecisionArguments {
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who decides
    #[arg(long, value_name = "NAME")]
    pub by: String,
}

/// Flags of `decide`.
#[derive(Debug, Args)]
pub struct DecideArguments {
    /// The draft's id, or the code of a project that is read as a draft
    pub draft: String,
    /// The existing project's code
    pub project: String,
    /// How the draft stands to it: duplicate, overlap, continuation, related or distinct
    #[arg(long)]
    pub relation: Relation,
    /// Why, and who says so
    #[command(flatten)]
    pub decision: DecisionArguments,
    /// The file that holds the draft, which is kept with the decision (JSON, JSON lines, CSV or XLSX)
    #[arg(long, value_name = "FILE")]
    pub draft_file: Option<PathBuf>,
}

/// Flags of `synth`.
#[derive(Debug, Args)]
pub struct SynthArguments {
    /// Projects
    #[arg(long, value_name = "N", default_value_t = 274_016)]
    pub projects: usize,
    /// Drafts to check against them
    #[arg(long, value_name = "N", default_value_t = 3_000)]
    pub drafts: usize,
    /// Another seed gives another corpus, the same seed the same
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Folder for projects.jsonl, pairs.tsv, drafts.jsonl and judgements.tsv; made when it is not there
    #[arg(long, value_name = "DIR")]
    pub output: PathBuf,
}

/// Flags of `decisions`.
#[derive(Debug, Args)]
pub struct DecisionsArguments {
    /// Only those on this draft
    #[arg(long, value_name = "ID")]
    pub draft: Option<String>,
    /// Only those beside this project
    #[arg(long, value_name = "CODE")]
    pub project: Option<String>,
    /// Write all of them as labelled files for train and evaluate into a folder, instead of listing them
    #[arg(long, value_name = "DIR", conflicts_with_all = ["draft", "project", "agreement"])]
    pub export: Option<PathBuf>,
    /// Tell how far reviewers agree, instead of listing decisions
    #[arg(long, conflicts_with_all = ["draft", "project"])]
    pub agreement: bool,
}

/// Flags of `segment`.
#[derive(Debug, Args)]
pub struct SegmentArguments {
    /// One text a line [default: standard input]
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
}

/// Flags of `ner`.
#[derive(Debug, Args)]
pub struct NerArguments {
    /// The text [default: standard input, a text]
    #[arg(conflicts_with = "input")]
    pub text: Option<String>,
    /// JSON lines {"id","text"}; - for standard input
    #[arg(long, value_name = "FILE")]
    pub input: Option<PathBuf>,
}

/// Flags of `embed`.
#[derive(Debug, Args)]
pub struct EmbedArguments {
    /// JSON lines {"id","text","kind":"query"|"passage"}; - for standard input
    #[arg(long, value_name = "FILE")]
    pub input: PathBuf,
}

/// Flags of `evaluate`.
#[derive(Debug, Args)]
pub struct EvaluateArguments {
    /// What to measure
    #[arg(value_enum)]
    pub task: EvaluationTask,
    /// The labelled file; the files that belong to it are looked for beside it (see fixtures/README.md)
    #[arg(long, value_name = "FILE", required = true)]
    pub gold: Vec<PathBuf>,
}

/// What `evaluate` measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EvaluationTask {
    /// Queries with graded judgements: nDCG@10, recall@50.
    Retrieval,
    /// Drafts with judged projects, and pairs: recall, precision, calibration.
    Screening,
    /// Words separated by |: word and boundary F1.
    Segmentation,
    /// Texts with labelled mentions: exact precision, recall and F1, by type.
    Ner,
}

/// Flags of `train`.
#[derive(Debug, Args)]
pub struct TrainArguments {
    /// Judged drafts (judgements-*.tsv beside drafts-*.jsonl) and pairs (pairs-*.tsv) of projects in the store
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub gold: Vec<PathBuf>,
    /// An invented corpus, as synth writes it: what a narrow place is worth is learned from it too
    #[arg(long, value_name = "DIR")]
    pub planted: Option<PathBuf>,
    /// The space in which meanings are compared, as models/relation/space.py learns it [default: one learned from the vectors]
    #[arg(long, value_name = "FILE")]
    pub space: Option<PathBuf>,
    /// Where the weights go
    #[arg(long, value_name = "FILE")]
    pub output: PathBuf,
}

/// Flags of `show`.
#[derive(Debug, Args)]
pub struct ShowArguments {
    /// The project's code
    pub project_code: String,
}

/// Flags of `serve`.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// Address and port
    #[arg(long, env = "THIAP_LISTEN", value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Let anybody who reaches the server import files; without it, imports over HTTP are refused
    #[arg(long, env = "THIAP_ALLOW_IMPORT")]
    pub allow_import: bool,
    /// Let anybody who reaches the server enter decisions; without it, decisions over HTTP are refused
    #[arg(long, env = "THIAP_ALLOW_DECISIONS")]
    pub allow_decisions: bool,
}
