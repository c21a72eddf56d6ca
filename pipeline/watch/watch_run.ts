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
  /** Port of 127.0.0.1; 0 takes any free port. @default 8421 */
  readonly port?: number;
  /** Receives the address of the page, before the run starts. */
  readonly onServing?: (url: string) => void;
}

/** The parts that a watched run must be given. */
export interface WatchedParts {
  /** Receives each question's scored completions, images included. */
  readonly onGroup: (group: Group) => void;
}

/** Milliseconds between two updates: at least, and at most, however long they take. */
const PACE = 1000, LONGEST = 10_000;

/** Share of the training thread's time that updates may take. */
const SHARE = 0.05;

/**
 * A run with a live page on 127.0.0.1: curves, the newest step's images and answers, alarms and
 * evaluations. A cold Observable of the run's own records: subscribing serves the page and starts
 * the run, and the page is served as long as the run lasts.
 *
 * The page is only made while somebody looks at it: at most once a second, and less often if it
 * would take more than a twentieth of the time. An open page finds the next run on the same port
 * by itself. The setting `watch` does the same.
 *
 * @param start Starts the run; it must pass on the parts that it is given.
 * @throws {Error} As an error of the stream, before the run starts: the port is in use.
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

    /** The last state is published at once. */
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

/** What a resumed run's folder has from before, as far as it can be read. */
async function earlier(record: MetricsRecord): Promise<ReadRun | undefined> {
  if (record.type !== "config" || record.run === undefined) return undefined;
  return await readRun(record.run).catch(() => undefined);
}
