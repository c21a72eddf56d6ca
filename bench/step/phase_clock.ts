import process from "node:process";

/** What a phase took. */
export interface Spent {
  readonly seconds: number;
  /** Of all processors. */
  readonly cpuSeconds: number;
  /** Dispatched to the engine. */
  readonly operations: number;
}

/** Seconds that all processors have worked for this process. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Adds up what phases take, each from when it is entered until the next is. */
export interface PhaseClock {
  enter(phase: string): void;
  /** Ends the last phase; returns what each took since the last call, in order. */
  take(): Map<string, Spent>;
}

/** What a clock reads; tests have their own. */
export interface Readings {
  readonly operations: () => number;
  /** Default: the process's. */
  readonly seconds?: () => number;
  /** Default: the process's. */
  readonly cpu?: () => number;
}

/** Makes a clock; nothing counts before the first phase. */
export function phaseClock(
  { operations, seconds = () => performance.now() / 1000, cpu = cpuSeconds }: Readings,
): PhaseClock {
  let spent = new Map<string, Spent>();
  let phase: string | undefined;
  let last = { seconds: 0, cpuSeconds: 0, operations: 0 };
  const enter = (next: string | undefined) => {
    const now = {
      seconds: seconds(),
      cpuSeconds: cpu(),
      operations: operations(),
    };
    if (phase !== undefined) {
      const before = spent.get(phase);
      spent.set(phase, {
        seconds: (before?.seconds ?? 0) + now.seconds - last.seconds,
        cpuSeconds: (before?.cpuSeconds ?? 0) + now.cpuSeconds - last.cpuSeconds,
        operations: (before?.operations ?? 0) + now.operations - last.operations,
      });
    }
    phase = next;
    last = now;
  };
  return {
    enter,
    take() {
      enter(undefined);
      const taken = spent;
      spent = new Map();
      return taken;
    },
  };
}
