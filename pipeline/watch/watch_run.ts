import {
  catchError,
  concat,
  concatMap,
  defer,
  filter,
  finalize,
  from,
  ignoreElements,
  type Observable,
  Subject,
  throttle,
  timer,
} from "npm:rxjs@7.8.2";
import type { Group } from "../../stages/records.ts";
import type { MetricsRecord } from "../run_folder/metrics.ts";
import { type ReadRun, readRun } from "../run_folder/read_run.ts";
import { sectionRenderer } from "./rendered.ts";
import { serveWatch } from "./serve_watch.ts";
import { NOTHING_YET, withEnd, withGroup, withRecord } from "./watch_state.ts";

/** How a run is watched. */
export interface WatchOptions {
  /** Of 127.0.0.1; 0 takes any that is free. @default 8421 */
  readonly port?: number;
  /** Told where the page is, before the run begins. */
  readonly onServing?: (url: string) => void;
}

/** The parts that a watched run must be given. */
export interface WatchedParts {
  /** Receives each question's scored completions, images included. */
  readonly onGroup: (group: Group) => void;
}

/** Milliseconds between two updates: at least, and at most however dear they are. */
const PACE = 1000, LONGEST = 10_000;

/** Share of the time that updates may take from the thread that trains. */
const SHARE = 0.05;

/**
 * A run with a live page: curves, the newest step's pictures and answers, alarms and
 * evaluations, on 127.0.0.1. A cold Observable of the run's own records: subscribing opens the
 * page and then the run, and the page goes with the run.
 *
 * A run that nobody looks at loses nothing by it: what is shown is only made while a page is
 * open, once a second at most, and more seldom where it would take more than a twentieth of the
 * time. An open page finds the next run on the same port by itself. `watch` of a run's settings
 * does the same.
 *
 * @param start Starts the run with what it is given among its parts.
 * @throws As an error of the stream, before the run begins: a port that is in use.
 *
 * @example
 * ```ts
 * import { train } from "../train/train.ts";
 * import { watchRun } from "./watch_run.ts";
 *
 * function start() {
 *   const run = watchRun((parts) => train({ steps: 60 }, parts), { port: 8421 });
 *   return run.subscribe((record) => record.type); // and http://127.0.0.1:8421/
 * }
 * ```
 */
export function watchRun(
  start: (parts: WatchedParts) => Observable<MetricsRecord>,
  { port = 8421, onServing }: WatchOptions = {},
): Observable<MetricsRecord> {
  return defer(() => {
    let state = NOTHING_YET;
    const { render, cost } = sectionRenderer();
    const current = () => render(state);
    const server = serveWatch(port, current);
    onServing?.(server.url);

    const changes = new Subject<void>();
    const updates = changes.pipe(
      throttle(() => timer(Math.max(PACE, Math.min(LONGEST, cost() / SHARE))), {
        leading: true,
        trailing: true,
      }),
      filter(() => server.watchers() > 0),
      concatMap(current),
    ).subscribe(server.publish);

    /** What is last to be seen does not wait for its turn. */
    async function end(error?: unknown): Promise<void> {
      state = withEnd(state, error);
      updates.unsubscribe();
      if (server.watchers() > 0) server.publish(await current());
      await server.close();
    }

    const onGroup = (group: Group) => void (state = withGroup(state, group));
    const records = defer(() => start({ onGroup }));
    return concat(
      records.pipe(concatMap(async (record) => {
        const past = await earlier(record);
        state = withRecord(state, record, past); // groups may have come meanwhile
        changes.next();
        return record;
      })),
      defer(() => end()).pipe(ignoreElements()),
    ).pipe(
      catchError((error) =>
        from(end(error)).pipe(concatMap(() => {
          throw error;
        }))
      ),
      finalize(() => {
        updates.unsubscribe();
        void server.close();
      }),
    );
  });
}

/** What a resumed run's folder says of its earlier sittings, as far as it can be read. */
async function earlier(record: MetricsRecord): Promise<ReadRun | undefined> {
  if (record.type !== "config" || record.run === undefined) return undefined;
  return await readRun(record.run).catch(() => undefined);
}
