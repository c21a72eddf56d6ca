/** The command line with a slow bandit for a model: for tests of signals. */
import { main } from "../../pipeline/cli/main.ts";
import { bandit, partsOf } from "./bandit.ts";

Deno.exit(await main(Deno.args, partsOf(bandit({ delay: 40 }))));
