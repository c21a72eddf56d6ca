import { testJobs, tuningJobs } from "../../pipeline/experiment/jobs.ts";
import type { ExperimentPlan } from "../../pipeline/experiment/plan.ts";
import type { FinishedJob } from "../../pipeline/experiment/results.ts";

/** All runs of a plan with made-up figures: mAP by method and seed, or by learning rate. */
export function finishedJobs(
  plan: ExperimentPlan,
  map: (method: string, seed: number, learningRate: number) => number,
): { readonly tuned: FinishedJob[]; readonly tested: FinishedJob[] } {
  const finish = (job: ReturnType<typeof testJobs>[number]): FinishedJob => ({
    job,
    result: {
      figures: {
        questions: 300,
        map: map(job.method, job.seed, job.learningRate ?? 0),
        absent_right: 0.9,
      },
      categories: { cat: 0.5, dog: map(job.method, job.seed, job.learningRate ?? 0) },
      probes: { "known artists": { map: 0.4 } },
      steps: job.method === "baseline" ? 0 : 60,
      tokens: 1000,
      seconds: 30,
    },
  });
  return {
    tuned: tuningJobs(plan).map(finish),
    tested: testJobs(plan, { sft: 1e-4, rft: 2e-4 }).map(finish),
  };
}
