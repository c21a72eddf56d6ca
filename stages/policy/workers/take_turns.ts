/** Several of a kind that each do one thing at a time. */
export interface Turns<Member> {
  /** Runs a task on the next member that is free, in the order of the calls. */
  run<T>(task: (member: Member) => Promise<T>): Promise<T>;
  /** Resolves when no task is running or waiting. */
  idle(): Promise<void>;
}

/** Lets tasks take turns on members. */
export function takeTurns<Member>(members: readonly Member[]): Turns<Member> {
  const free = [...members];
  const queue: ((member: Member) => void)[] = [];
  const running = new Set<Promise<unknown>>();

  async function onNext<T>(task: (member: Member) => Promise<T>): Promise<T> {
    const member = free.shift() ??
      await new Promise<Member>((resolve) => queue.push(resolve));
    try {
      return await task(member);
    } finally {
      const next = queue.shift();
      if (next === undefined) free.push(member);
      else next(member);
    }
  }

  return {
    run(task) {
      const done = onNext(task);
      running.add(done);
      const forget = () => void running.delete(done);
      done.then(forget, forget);
      return done;
    },
    async idle() {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}
