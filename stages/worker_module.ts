/**
 * The module to start a thread with: of one that came over http, which Node's threads do not
 * load, a module in a URL that imports it.
 *
 * @param module As `new URL("./worker_thread.ts", import.meta.url)`.
 */
export function workerModule(module: URL): URL {
  if (module.protocol === "file:") return module;
  const code = `import ${JSON.stringify(module.href)};`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}
