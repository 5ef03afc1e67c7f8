/** The service as it is released. */

import { start } from "./process.ts";

process.exit(await start());
