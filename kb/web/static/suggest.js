// Offers completions under the search box. The page is whole without it.
"use strict";
(() => {
  const input = document.querySelector("input#q");
  if (!input) return;
  const list = document.createElement("datalist");
  list.id = "vorschlaege";
  input.after(list);
  input.setAttribute("list", list.id);
  let timer = 0;
  let running = null;
  const offer = async () => {
    const text = input.value.trim();
    if (text.length < 2) return list.replaceChildren();
    running?.abort();
    running = new AbortController();
    try {
      const answer = await fetch(`/vorschlaege?q=${encodeURIComponent(text)}`, { signal: running.signal });
      if (!answer.ok) return;
      const { suggestions } = await answer.json();
      list.replaceChildren(...suggestions.map(({ text }) => new Option(text, text)));
    } catch (error) {
      if (error.name !== "AbortError") list.replaceChildren();
    }
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, 120);
  });
  const sort = document.querySelector("form.sort");
  sort?.querySelector("button").classList.add("unseen-until-focus");
  sort?.querySelector("select").addEventListener("change", () => sort.requestSubmit());
})();
