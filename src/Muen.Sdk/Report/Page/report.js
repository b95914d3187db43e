// What an ordinary page can do without: titles that look like the page, light and dark by choice, neighbours of a box, zoom of the memory bar.
// And what a large one cannot: parts that are packed.
"use strict";
(() => {
  const root = document.documentElement;
  document.getElementById("theme").addEventListener("click", () => {
    const dark = root.classList.contains("dark") || (!root.classList.contains("light") && matchMedia("(prefers-color-scheme: dark)").matches);
    root.classList.toggle("dark", !dark);
    root.classList.toggle("light", dark);
  });

  // Titles: the browser's own come late and are small.
  const tip = document.getElementById("tip");
  const prepareTips = part => {
    for (const title of part.querySelectorAll("svg g > title")) {
      title.parentNode.dataset.tip = title.textContent;
      title.parentNode.setAttribute("aria-label", title.textContent);
      title.remove();
    }
    for (const cell of part.querySelectorAll(".matrix [title]")) {
      cell.dataset.tip = cell.title;
      cell.removeAttribute("title");
    }
  };
  document.addEventListener("pointermove", e => {
    const at = e.target.closest?.("[data-tip]");
    tip.hidden = !at;
    if (at) {
      tip.textContent = at.dataset.tip;
      const box = tip.getBoundingClientRect();
      tip.style.left = Math.max(8, Math.min(e.clientX + 14, innerWidth - box.width - 8)) + "px";
      tip.style.top = (e.clientY + box.height + 26 > innerHeight ? Math.max(8, e.clientY - box.height - 12) : e.clientY + 16) + "px";
    }
  });
  document.addEventListener("pointerleave", () => { tip.hidden = true; });

  // A box of the graph with what it is connected to.
  const prepareGraph = graph => {
    const edges = [...graph.querySelectorAll(".edge")];
    const nodes = new Map([...graph.querySelectorAll(".node")].map(n => [n.dataset.node, n]));
    const pick = chosen => {
      const on = new Set(chosen);
      for (const edge of chosen) {
        if (edge.dataset.from !== undefined) { on.add(nodes.get(edge.dataset.from)); on.add(nodes.get(edge.dataset.to)); }
      }
      graph.classList.toggle("picked", on.size > 0);
      for (const thing of [...edges, ...nodes.values()]) { thing.classList.toggle("on", on.has(thing)); }
    };
    for (const [id, node] of nodes) {
      node.addEventListener("pointerenter", () => pick([node, ...edges.filter(e => e.dataset.from === id || e.dataset.to === id)]));
      node.addEventListener("pointerleave", () => pick([]));
    }
    for (const edge of edges) {
      edge.addEventListener("pointerenter", () => pick([edge]));
      edge.addEventListener("pointerleave", () => pick([]));
    }
  };

  // The bar of used memory: what is seen of it is from `low`, `span` bytes long.
  const prepareBar = bar => {
    const end = Number(bar.dataset.end), width = bar.viewBox.baseVal.width, least = 16 * 4096;
    const boxes = [...bar.querySelectorAll("rect[data-a]")].map(r => ({ r, a: Number(r.dataset.a), s: Number(r.dataset.s), ram: r.classList.contains("ram") }));
    const marks = bar.querySelector(".marks");
    let low = 0, span = end;
    const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
    const words = bytes => { let u = 0; while (bytes >= 1024 && u < 4) { bytes /= 1024; u++; } return `${+bytes.toFixed(1)} ${units[u]}`; };
    const draw = () => {
      span = Math.min(end, Math.max(Math.min(least, end), span));
      low = Math.max(0, Math.min(end - span, low));
      const scale = width / span;
      for (const { r, a, s, ram } of boxes) {
        const left = Math.max(0, (a - low) * scale), right = Math.min(width, (a + s - low) * scale);
        r.setAttribute("x", left);
        r.setAttribute("width", right <= 0 || left >= width ? 0 : Math.max(right - left, ram ? 0 : 0.6));
      }
      const step = 2 ** Math.ceil(Math.log2(Math.max(span / 8, 4096)));
      marks.replaceChildren();
      for (let at = Math.ceil(low / step) * step; at <= low + span * 0.97; at += step) {
        const x = (at - low) * scale;
        const line = document.createElementNS(bar.namespaceURI, "line");
        for (const [k, v] of [["class", "grid"], ["x1", x], ["x2", x], ["y1", 40], ["y2", 45]]) { line.setAttribute(k, v); }
        const text = document.createElementNS(bar.namespaceURI, "text");
        for (const [k, v] of [["class", x < 30 ? "tick first" : "tick"], ["x", x], ["y", 58]]) { text.setAttribute(k, v); }
        text.textContent = at === 0 ? "0" : words(at);
        marks.append(line, text);
      }
    };
    const part = e => { const box = bar.getBoundingClientRect(); return (e.clientX - box.left) / box.width; };
    bar.addEventListener("wheel", e => {
      e.preventDefault();
      const at = low + part(e) * span;
      span *= Math.exp(Math.max(-60, Math.min(60, e.deltaY)) * 0.01);
      span = Math.min(end, Math.max(Math.min(least, end), span));
      low = at - part(e) * span;
      draw();
    }, { passive: false });
    let held = null;
    bar.addEventListener("pointerdown", e => { held = { at: part(e), low }; bar.setPointerCapture(e.pointerId); });
    bar.addEventListener("pointermove", e => { if (held) { low = held.low - (part(e) - held.at) * span; draw(); } });
    bar.addEventListener("pointerup", () => { held = null; });
    bar.addEventListener("dblclick", () => { low = 0; span = end; draw(); });
  };

  const prepare = part => {
    prepareTips(part);
    part.querySelectorAll("svg.graph").forEach(prepareGraph);
    part.querySelectorAll("svg.bar.used").forEach(prepareBar);
  };
  prepare(document);

  // Packed parts: those of a section one after the other as soon as the page is shown, those that are folded when they are opened.
  const unpack = async part => {
    const packed = part.querySelector("script").textContent;
    part.className = "";
    const bytes = Uint8Array.from(atob(packed), c => c.charCodeAt(0));
    const text = await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
    part.innerHTML = text;
    prepare(part);
  };
  document.addEventListener("toggle", e => {
    if (e.target.open) { e.target.querySelectorAll(":scope > .packed").forEach(unpack); }
  }, true);
  addEventListener("load", async () => {
    for (const part of document.querySelectorAll("section > .packed")) {
      await new Promise(then => setTimeout(then));
      await unpack(part);
    }
    root.dataset.drawn = "";
  });
})();
