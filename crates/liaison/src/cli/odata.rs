//! `odata …`

use std::path::PathBuf;

use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(crate) enum Odata {
    /// Decide which texts match the rules of the OData grammar; prints one line of JSON for each
    ///
    /// A line is an object with `rule` (a name of the OData 4.01 ABNF, its aggregation and temporal extensions),
    /// `input`, and if it likes `id` and `suite`. The answer is `{"id":…,"ok":…,"at":…}`: whether the whole input
    /// matches, else the byte up to which something did.
    Check {
        /// The lines; - for standard input
        #[arg(long, value_name = "FILE")]
        jsonl: PathBuf,
        /// Names of a model: suite, then rule, then the texts that it matches [default: constraints.json beside the
        /// lines]
        #[arg(long, value_name = "FILE")]
        constraints: Option<PathBuf>,
    },
}
