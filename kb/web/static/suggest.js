// Offers completions under the search box: a combobox with a list (ARIA 1.2). The page is whole without it.
"use strict";
(() => {
  const input = document.querySelector("input#q");
  if (!input) return;
  const KINDS = { topic: "Thema", municipality: "Kommune", title: "Dokument" };
  const list = document.createElement("ul");
  list.id = "vorschlaege";
  list.className = "offers";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Vorschläge");
  const status = document.createElement("span");
  status.className = "unseen";
  status.setAttribute("role", "status");
  input.after(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);

  let offers = [];
  let active = -1;
  let timer = 0;
  let running = null;

  const activate = (index) => {
    active = index;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === index)));
    if (index < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", list.children[index].id);
      list.children[index].scrollIntoView({ block: "nearest" });
    }
  };
  const show = (open) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) activate(-1);
  };
  const close = () => {
    clearTimeout(timer);
    running?.abort();
    show(false);
    status.textContent = "";
  };
  const take = (index) => {
    const { text, address } = offers[index];
    close();
    if (address) return location.assign(address);
    input.value = text;
    input.form.requestSubmit();
  };
  const item = ({ text, kind }, index) => {
    const one = document.createElement("li");
    one.id = `vorschlag-${index}`;
    one.setAttribute("role", "option");
    one.append(text);
    if (KINDS[kind]) {
      const what = document.createElement("span");
      what.className = "what";
      what.textContent = KINDS[kind];
      one.append(" ", what);
    }
    one.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the box
    one.addEventListener("click", () => take(index));
    return one;
  };
  const offer = async () => {
    const text = input.value.trim();
    running?.abort();
    if (text.length < 2) return close();
    running = new AbortController();
    try {
      const answer = await fetch(`/vorschlaege?q=${encodeURIComponent(input.value)}`, { signal: running.signal });
      if (!answer.ok) return close();
      offers = (await answer.json()).suggestions;
    } catch (error) {
      if (error.name !== "AbortError") close();
      return;
    }
    if (document.activeElement !== input) return;
    list.replaceChildren(...offers.map(item));
    show(offers.length > 0);
    activate(-1);
    status.textContent = offers.length === 1 ? "1 Vorschlag" : `${offers.length} Vorschläge`;
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, 100);
  });
  input.addEventListener("blur", close);
  input.form.addEventListener("submit", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const open = !list.hidden;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !event.altKey) {
      event.preventDefault();
      if (!open) return void offer();
      const count = offers.length + 1; // one place more: none chosen, back in the box
      activate(((active + 1 + step + count) % count) - 1);
    } else if (event.key === "Enter" && open && active >= 0) {
      event.preventDefault();
      take(active);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
    }
  });
})();
