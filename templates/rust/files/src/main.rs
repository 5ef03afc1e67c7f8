//! The process: read the configuration, serve, and say by the exit code how it went.

use std::process::ExitCode;

use service::app::App;
use service::config::Config;
use service::{logging, server};
use tracing::{error, info};

/// `EX_CONFIG` of sysexits.h: the environment is wrong, starting again will not help.
const EXIT_CONFIG: u8 = 78;
/// `EX_USAGE` of sysexits.h.
const EXIT_USAGE: u8 = 64;

fn main() -> ExitCode {
    let config = match Config::from_env() {
        Ok(config) => config,
        Err(violations) => {
            logging::start(tracing::Level::INFO);
            for violation in violations {
                error!(
                    variable = violation.variable,
                    value = violation.value,
                    rule = violation.rule,
                    "invalid configuration: {violation}"
                );
            }
            return ExitCode::from(EXIT_CONFIG);
        }
    };
    logging::start(config.log_level);

    let arguments: Vec<_> = std::env::args_os().skip(1).collect();
    match arguments.as_slice() {
        [] => serve(config),
        [only] if only == "--check-config" => {
            info!("the configuration is valid");
            ExitCode::SUCCESS
        }
        _ => {
            error!("unknown arguments {arguments:?}: there is one, `--check-config`");
            ExitCode::from(EXIT_USAGE)
        }
    }
}

fn serve(config: Config) -> ExitCode {
    let outcome = tokio::runtime::Runtime::new()
        .map_err(server::Error::Runtime)
        .and_then(|runtime| runtime.block_on(server::run(App::new(config))));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error!("{error}");
            ExitCode::FAILURE
        }
    }
}
