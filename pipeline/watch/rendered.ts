import { htmlOf, markup } from "../page/markup.ts";
import { SECTIONS } from "./sections.ts";
import type { WatchState } from "./watch_state.ts";

/** A section as HTML, with the version in which it last changed. */
export interface RenderedSection {
  readonly id: string;
  readonly html: string;
  readonly version: number;
}

/** All sections at one moment; the version grows by one with every change. */
export interface Rendered {
  readonly version: number;
  readonly sections: readonly RenderedSection[];
}

/** Turns states into sections. */
export interface Renderer {
  /**
   * The sections of a state; those that show nothing new are reused. A section that cannot be
   * made says why: a problem of the page never stops a run.
   */
  render(state: WatchState): Promise<Rendered>;
  /** Milliseconds of the training thread that the last state took. */
  cost(): number;
}

/** A renderer that remembers its last result. Calls are served one after another. */
export function sectionRenderer(): Renderer {
  let rendered: Rendered = { version: 0, sections: [] };
  let shown: (readonly unknown[])[] = [];
  let cost = 0;
  let busy: Promise<unknown> = Promise.resolve();

  async function update(state: WatchState): Promise<Rendered> {
    const version = rendered.version + 1;
    const before = shown;
    shown = SECTIONS.map(({ shows }) => shows(state));
    cost = 0;
    const sections = await Promise.all(
      SECTIONS.map(async ({ id, render }, i): Promise<RenderedSection> => {
        const older = rendered.sections[i];
        if (older && same(before[i]!, shown[i]!)) return older;
        const began = performance.now();
        let made: ReturnType<typeof render>;
        try {
          made = render(state);
          cost += performance.now() - began;
          made = await made;
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          made = markup`<p class="quiet">The ${id} cannot be shown: ${reason}</p>`;
        }
        const html = htmlOf(made);
        return older && older.html === html ? older : { id, html, version };
      }),
    );
    if (sections.some((section) => section.version === version)) {
      rendered = { version, sections };
    }
    return rendered;
  }

  return {
    render(state) {
      const made = busy.then(() => update(state));
      busy = made;
      return made;
    },
    cost: () => cost,
  };
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
