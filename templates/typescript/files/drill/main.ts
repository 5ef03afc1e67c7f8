/** The service with a fault switch, for alert drills. */

import { start } from "../src/process.ts";
import { Faults } from "./faults.ts";

process.exit(await start(new Faults()));
