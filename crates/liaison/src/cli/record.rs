//! `record …`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Hub;

#[derive(Debug, Subcommand)]
pub(crate) enum Record {
    /// Bring rows of a file into a table: comma-separated values or a workbook
    Import(Import),
    /// Write the rows of a view to a file
    Export(Export),
    /// List imports of an environment
    Imports {
        #[command(flatten)]
        hub: Hub,
        /// Environment by name or identifier [default: the default one]
        #[arg(long)]
        environment: Option<String>,
    },
    /// Delete the rows that an import made
    Undo {
        #[command(flatten)]
        hub: Hub,
        /// Identifier of the import
        import: String,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Import {
    #[command(flatten)]
    pub(crate) hub: Hub,
    /// File; - for standard input
    pub(crate) file: PathBuf,
    /// Table by its logical name
    #[arg(long)]
    pub(crate) table: String,
    /// Environment by name or identifier [default: the default one]
    #[arg(long)]
    pub(crate) environment: Option<String>,
    /// create, update or upsert [default: as the heading suggests]
    #[arg(long)]
    pub(crate) mode: Option<String>,
    /// A column of the file and the logical name of the column that it fills; nothing behind = leaves it out
    #[arg(long = "map", value_name = "HEADING=COLUMN")]
    pub(crate) maps: Vec<String>,
    /// Columns that tell which row is meant
    #[arg(long = "match", value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) matching: Vec<String>,
    /// What becomes of rows that are there already: allow, skip or refuse
    #[arg(long)]
    pub(crate) duplicates: Option<String>,
    /// How dates are written: iso, day or month first
    #[arg(long)]
    pub(crate) dates: Option<String>,
    /// Time zone of times, such as Europe/Paris
    #[arg(long)]
    pub(crate) zone: Option<String>,
    /// Decimals stand behind a comma
    #[arg(long)]
    pub(crate) decimal_comma: bool,
    /// Empty cells leave what is there as it is
    #[arg(long)]
    pub(crate) keep_empty: bool,
    /// Owner of new rows, by name or address
    #[arg(long)]
    pub(crate) owner: Option<String>,
    /// Currency of new rows by its ISO code
    #[arg(long)]
    pub(crate) currency: Option<String>,
    /// Try every row and keep none
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Where mistakes are written, as comma-separated values
    #[arg(long, value_name = "FILE")]
    pub(crate) errors: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) hub: Hub,
    /// Table by its logical name
    #[arg(long)]
    pub(crate) table: String,
    /// Environment by name or identifier [default: the default one]
    #[arg(long)]
    pub(crate) environment: Option<String>,
    /// View by its identifier [default: the one that opens first]
    #[arg(long)]
    pub(crate) view: Option<String>,
    /// Columns instead of those of the view
    #[arg(long, value_name = "COLUMN", value_delimiter = ',')]
    pub(crate) columns: Vec<String>,
    /// Words that rows hold
    #[arg(long)]
    pub(crate) search: Option<String>,
    /// csv, csv-excel, csv-semicolon or xlsx
    #[arg(long, default_value = "csv")]
    pub(crate) format: String,
    /// Write keys and versions too, so that the file can be brought back
    #[arg(long)]
    pub(crate) keys: bool,
    /// File; - for standard output
    #[arg(long, value_name = "FILE", default_value = "-")]
    pub(crate) to: PathBuf,
}
