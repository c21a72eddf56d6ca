// Updates the sections as the server sends them. The page is complete without this script.
const bar = document.getElementById("connection");
const pause = document.getElementById("pause");
const held = new Map(); // what came while the page was paused, by section
let paused = false;

function put(id, html) {
  document.getElementById(id).innerHTML = html;
  if (id === "summary") name();
}

function name() {
  document.title = document.querySelector("#summary [data-title]").dataset.title;
}

function connect() {
  const seen = document.querySelector("main").dataset.seen;
  const source = new EventSource(`events?seen=${seen}`);
  source.onopen = () => bar.hidden = true;
  source.onerror = () => {
    const { phase } = document.querySelector("#summary [data-phase]").dataset;
    bar.hidden = phase !== "running" && phase !== "opening";
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  };
  for (const { id } of document.querySelectorAll("main > section")) {
    source.addEventListener(id, ({ data }) => {
      if (paused) held.set(id, data);
      else put(id, data);
    });
  }
}

pause.hidden = false;
pause.onclick = () => {
  paused = !paused;
  pause.setAttribute("aria-pressed", paused);
  pause.textContent = paused ? "Resume" : "Pause";
  if (!paused) held.forEach((html, id) => put(id, html));
  held.clear();
};
name();
connect();
