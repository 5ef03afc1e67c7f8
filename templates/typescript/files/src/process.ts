/** The process: read the configuration, serve, and say by the exit code how it went. */

import { createApp, type Extension } from "./app.ts";
import { InvalidConfiguration, readConfig, sentence } from "./config.ts";
import { createLog } from "./logging.ts";
import { serve } from "./server.ts";

/** `EX_CONFIG` of sysexits.h: the environment is wrong, starting again will not help. */
const EXIT_CONFIG = 78;
/** `EX_USAGE` of sysexits.h. */
const EXIT_USAGE = 64;

/** Runs the service with the arguments and the environment of this process, to its exit code. */
export async function start(extension?: Extension): Promise<number> {
  let config: ReturnType<typeof readConfig>;
  try {
    config = readConfig(process.env);
  } catch (error) {
    if (!(error instanceof InvalidConfiguration)) throw error;
    const log = createLog("info");
    for (const violation of error.violations) {
      log.error(violation, `invalid configuration: ${sentence(violation)}`);
    }
    return EXIT_CONFIG;
  }
  const log = createLog(config.logLevel);
  // Without this an exception that nothing catches is several lines of text on standard error.
  process.on("uncaughtException", (err) => {
    log.error({ err }, `uncaught exception: ${err.message}`);
    process.exit(1);
  });

  const args = process.argv.slice(2);
  if (args.length === 1 && args[0] === "--check-config") {
    log.info("the configuration is valid");
    return 0;
  }
  if (args.length > 0) {
    log.error(`unknown arguments ${JSON.stringify(args)}: there is one, \`--check-config\``);
    return EXIT_USAGE;
  }
  try {
    await serve(createApp(config, log, extension), config, log);
    return 0;
  } catch (err) {
    log.error({ err }, err instanceof Error ? err.message : String(err));
    return 1;
  }
}
