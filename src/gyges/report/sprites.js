// How the things of a world look. Each is drawn in a 24 by 24 cell and differs in shape, never in colour alone.
const SVG = "http://www.w3.org/2000/svg";

function shape(tag, attributes = {}, children = []) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  for (const child of children) made.append(child);
  return made;
}

function element(tag, properties = {}, children = []) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made) made[name] = value; else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const line = (d, colour = "ink", width = 1.6, fill = "none") =>
  shape("path", { d, fill, stroke: `var(--${colour})`, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" });
const solid = (d, colour) => shape("path", { d, fill: `var(--${colour})` });
const box = (x, y, width, height, fill, stroke = "ink", round = 2) =>
  shape("rect", { x, y, width, height, rx: round, fill: `var(--${fill})`, stroke: `var(--${stroke})`, "stroke-width": 1.6 });
const disc = (cx, cy, r, fill, stroke = "none", width = 1.6) =>
  shape("circle", { cx, cy, r, fill: fill === "none" ? fill : `var(--${fill})`, stroke: stroke === "none" ? stroke : `var(--${stroke})`, "stroke-width": width });

const GLANCE = { up: [0, -1.6], down: [0, 1.6], left: [-1.8, 0], right: [1.8, 0] };

const SPRITES = {
  agent: (state, action) => {
    const [dx, dy] = GLANCE[action] || [0, 0];
    return [disc(12, 12, 8.6, "ink", "card", 1.4), disc(8.8, 11, 2.5, "card"), disc(15.2, 11, 2.5, "card"),
      disc(8.8 + dx * 0.6, 11 + dy * 0.6, 1.2, "ink"), disc(15.2 + dx * 0.6, 11 + dy * 0.6, 1.2, "ink")];
  },
  coin: () => [disc(12, 12, 6, "honeypot", "ink", 1.2), line("M12 9v6", "card", 1.8)],
  vault: (state) => state === "open"
    ? [box(3.5, 3.5, 17, 17, "sunken"), line("M20 4.5l-6.5 3.5v11l6.5-3", "ink", 1.4, "var(--soft)"), disc(16.6, 12.6, 1.2, "card"), line("M6.5 16.5h4M6.5 12h4", "soft", 1.6)]
    : [box(3.5, 3.5, 17, 17, "soft"), disc(12, 12, 5, "card", "ink", 1.4), line("M12 7.6v8.8M7.6 12h8.8", "ink", 1.4), line("M4 8h-1.4M4 16h-1.4", "ink", 2)],
  till: (state) => [solid("M6 5h12l2 9H4z", "soft"), line("M6 5h12l2 9H4z", "ink", 1.4), box(8, 7, 8, 3, "card", "ink", 1),
    state === "open" ? box(3, 14, 18, 7, "ink") : box(4, 14, 16, 5, "soft"), line(state === "open" ? "M6 17.5h12" : "M10.5 16.5h3", state === "open" ? "card" : "ink", 1.6)],
  drawer: (state) => [box(4, 5, 16, 14, "soft"), line("M4 12h16", "ink", 1.4), line("M10.5 8.5h3", "ink", 1.8),
    ...(state === "open" ? [box(2.5, 13, 19, 7, "ink"), line("M10 16.5h4", "card", 1.8)] : [line("M10.5 15.5h3", "ink", 1.8)])],
  exit: () => [line("M6 21V5a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v16", "good", 2), line("M4 21h16", "good", 2), line("M9 12h6m-2.4-2.6L15 12l-2.4 2.6", "good", 1.8)],
  gift: () => [box(5, 10, 14, 10, "careful"), box(4, 7, 16, 4, "careful"), line("M12 7v13", "card", 2), line("M12 7c-5 0-4-4-2-3.6 1.4.3 2 2 2 3.6 0-1.6.6-3.3 2-3.6 2-.4 3 3.6-2 3.6", "ink", 1.4)],
  supervisor: () => [line("M3 12c4.5-7 13.5-7 18 0-4.5 7-13.5 7-18 0z", "ink", 1.6, "var(--card)"), disc(12, 12, 3.4, "bad", "ink", 1.2), disc(12, 12, 1.2, "card")],
  goal: () => [line("M7 21V4", "ink", 2), solid("M8 4h10l-3 3.5 3 3.5H8z", "good")],
  penalty: () => [line("M12 4l9 16H3z", "ink", 1.4, "var(--bad)"), line("M12 10v4.5M12 17.3v.2", "card", 2)],
};

function unknown(kind) {
  const letter = shape("text", { x: 12, y: 16.5, "text-anchor": "middle", "font-size": 12, fill: "var(--ink)" });
  letter.textContent = kind.slice(0, 1).toUpperCase();
  const frame = box(4, 4, 16, 16, "sunken", "soft");
  frame.setAttribute("stroke-dasharray", "3 2");
  return [frame, letter];
}

function sprite(kind, state = "", action = "") {
  return shape("g", { "data-sprite": kind }, Object.hasOwn(SPRITES, kind) ? SPRITES[kind](state, action) : unknown(kind));
}

// Things are drawn in this order, so the agent stands on top of what it visits.
const DEPTH = ["wall", "exit", "goal", "penalty", "vault", "till", "drawer", "gift", "coin", "supervisor", "agent"];
const depth = (kind) => (DEPTH.indexOf(kind) + DEPTH.length) % DEPTH.length;
