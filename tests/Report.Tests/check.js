// Put at the end of a report by the tests: writes what is wrong with the page as it was laid out into an element of its own.
(() => {
  const wrong = [];
  const say = (what, where) => { if (wrong.length < 20) { wrong.push(`${what}: ${where}`); } };
  const rect = e => e.getBoundingClientRect();
  const words = e => `"${(e.textContent || e.getAttribute("class")).slice(0, 40)}" in ${e.closest("svg, section").getAttribute("class") || e.closest("section").id}`;
  const apart = (a, b, by) => a.right <= b.left + by || b.right <= a.left + by || a.bottom <= b.top + by || b.bottom <= a.top + by;
  const within = (a, b, by) => a.left >= b.left - by && a.right <= b.right + by && a.top >= b.top - by && a.bottom <= b.bottom + by;
  for (const d of document.querySelectorAll("details")) { d.open = true; }

  if (document.documentElement.scrollWidth > innerWidth) { say("the page is wider than the window", `${document.documentElement.scrollWidth} > ${innerWidth}`); }
  for (const e of document.querySelectorAll("main *")) {
    if (!e.closest(".scroll") && rect(e).right > innerWidth + 0.5) { say("beyond the window", e.tagName + " " + e.className); }
  }

  for (const svg of document.querySelectorAll("svg")) {
    const all = rect(svg);
    const texts = [...svg.querySelectorAll("text")];
    for (const text of texts) {
      if (!within(rect(text), all, 1)) { say("text beyond its picture", words(text)); }
      const box = text.parentNode.querySelector(":scope > .box, :scope > .pill");
      if (box && !text.classList.contains("address") && !within(rect(text), rect(box), 0.5)) { say("text beyond its box", words(text)); }
    }
    for (let i = 0; i < texts.length; i++) {
      for (let k = i + 1; k < Math.min(texts.length, i + 400); k++) {
        if (!apart(rect(texts[i]), rect(texts[k]), 3)) { say("text over text", `${words(texts[i])} and ${words(texts[k])}`); }
      }
    }
    const boxes = [...svg.querySelectorAll(svg.classList.contains("bar") ? ".never" : ".box, .pill")];
    for (const box of boxes) {
      if (!within(rect(box), all, 1)) { say("box beyond its picture", words(box.parentNode)); }
    }
    for (let i = 0; i < boxes.length; i++) {
      for (let k = i + 1; k < Math.min(boxes.length, i + 400); k++) {
        if (!apart(rect(boxes[i]), rect(boxes[k]), 1)) { say("box over box", `${words(boxes[i].parentNode)} and ${words(boxes[k].parentNode)}`); }
      }
    }
    if (svg.querySelector("rect[width='0'], rect[height='0']")) { say("nothing drawn", words(svg.querySelector("rect[width='0'], rect[height='0']").parentNode)); }
  }

  // An arrow begins and ends at the sides of its boxes.
  for (const edge of document.querySelectorAll(".graph .edge")) {
    const line = edge.querySelector(".line"), svg = edge.closest("svg"), length = line.getTotalLength();
    const ends = [line.getPointAtLength(0), line.getPointAtLength(length)];
    const boxes = [edge.dataset.from, edge.dataset.to].map(id => svg.querySelector(`.node[data-node="${id}"] .box`).getBBox());
    const touches = (p, b) => (Math.abs(p.x - b.x) < 1 || Math.abs(p.x - b.x - b.width) < 1) && p.y > b.y && p.y < b.y + b.height;
    if (!(touches(ends[0], boxes[0]) && touches(ends[1], boxes[1])) && !(touches(ends[0], boxes[1]) && touches(ends[1], boxes[0]))) { say("arrow from nowhere", words(edge)); }
  }

  // What is black where it should have a colour has an error in its style.
  for (const box of document.querySelectorAll("svg .box")) {
    if (getComputedStyle(box).fill === "rgb(0, 0, 0)") { say("no colour", words(box.parentNode)); }
  }

  const result = document.createElement("pre");
  result.id = "check";
  result.textContent = `checked ${document.querySelectorAll("svg text").length} texts\n${wrong.join("\n")}`;
  document.body.replaceChildren(result);
})();
