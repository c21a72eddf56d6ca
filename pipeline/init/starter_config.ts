/**
 * The config.json of a new task: twenty short steps.
 *
 * @param data What `data` is.
 */
export function starterConfig(data: string): string {
  const settings = {
    data,
    steps: 20,
    batchSize: 4,
    numGenerations: 8,
    learningRate: 1e-4,
    evalSamples: 20,
  };
  return JSON.stringify(settings, null, 2) + "\n";
}
