import type { CliCommand } from "./command.ts";
import { settingsPage } from "./settings_page.ts";

/** `deno task settings`: writes docs/settings.md. */
export const settings: CliCommand = {
  declare() {},
  async run() {
    await Deno.writeTextFile(
      new URL("../../docs/settings.md", import.meta.url),
      settingsPage(),
    );
    console.log("docs/settings.md is written");
    return 0;
  },
};
