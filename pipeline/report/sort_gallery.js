// Sorts the cards of a gallery. The page is complete without it: the cards are sorted by gain.
for (const tools of document.querySelectorAll(".tools")) {
  const list = tools.parentElement.querySelector(".gallery");
  const number = (card, name) => Number(card.dataset[name]);
  const orders = {
    gain: (a, b) => number(b, "gain") - number(a, "gain"),
    loss: (a, b) => number(a, "gain") - number(b, "gain"),
    order: (a, b) => number(a, "order") - number(b, "order"),
  };
  tools.hidden = false;
  tools.addEventListener("click", ({ target }) => {
    const order = orders[target.dataset?.by];
    if (order === undefined) return;
    for (const button of tools.children) {
      button.setAttribute("aria-pressed", String(button === target));
    }
    const inOrder = (a, b) => order(a, b) || number(a, "order") - number(b, "order");
    list.append(...[...list.children].sort(inOrder));
  });
}
