import type { TrainablePolicy } from "../../stages/policy/policy.ts";

/** A policy, and what it has in progress. */
export interface TrackedPolicy {
  readonly policy: TrainablePolicy;
  /** Resolves when nothing is in progress, whether it succeeded or failed. */
  idle(): Promise<void>;
  /** Why the first update since the last call was skipped; `undefined` if none was. */
  takeSkipped(): string | undefined;
}

/**
 * Keeps track of what a policy has in progress.
 *
 * An unsubscribed stream drops its promise, which keeps running until it sees the AbortSignal:
 * weights may be saved or freed only after that.
 */
export function trackedPolicy(policy: TrainablePolicy): TrackedPolicy {
  const pending = new Set<Promise<unknown>>();
  let skipped: string | undefined;
  const track = <T>(promise: Promise<T>): Promise<T> => {
    pending.add(promise);
    const end = () => void pending.delete(promise);
    promise.then(end, end);
    return promise;
  };
  return {
    policy: {
      prompts: policy.prompts,
      frameOf: policy.frameOf?.bind(policy),
      rowBytes: policy.rowBytes?.bind(policy),
      get version() {
        return policy.version;
      },
      sample: (...args) => track(policy.sample(...args)),
      update: async (...args) => {
        const result = await track(policy.update(...args));
        skipped ??= result.skipped;
        return result;
      },
      encodeCompletion: (text) => policy.encodeCompletion(text),
      saveModel: (folder) => track(policy.saveModel(folder)),
      saveState: (folder) => track(policy.saveState(folder)),
      restoreState: (folder) => track(policy.restoreState(folder)),
      dispose: () => policy.dispose(),
    },
    async idle() {
      while (pending.size > 0) await Promise.allSettled(pending);
    },
    takeSkipped() {
      const reason = skipped;
      skipped = undefined;
      return reason;
    },
  };
}
