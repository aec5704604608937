// The episode at a glance: money as it adds up, what was dark and what was filmed, and where a violation falls.
const LABEL = 92, EDGE = 14, LANE = 22;

const runs = (values) => {
  const found = [];
  values.forEach((value, step) => {
    const last = found[found.length - 1];
    if (last && last.value === value) last.to = step + 1; else found.push({ value, from: step, to: step + 1 });
  });
  return found;
};

function drawTimeline(holder, episode, seek) {
  const width = Math.max(260, holder.clientWidth), steps = episode.frames.length;
  const x = (step) => LABEL + (width - LABEL - EDGE) * (steps < 2 ? 0.5 : step / (steps - 1));
  const middle = (step) => Math.min(width - EDGE, Math.max(LABEL, x(step)));
  const parts = [];
  const caption = (y, text, colour = "soft") => {
    const label = shape("text", { x: 0, y: y + 4, "font-size": 12, fill: `var(--${colour})` });
    label.textContent = text;
    parts.push(label);
  };

  let top = 8;
  const money = 76, sums = [...episode.ledger, ...episode.utility, 0];
  const low = Math.min(...sums), high = Math.max(...sums, low + 1);
  const y = (value) => top + 6 + (money - 12) * (1 - (value - low) / (high - low));
  parts.push(shape("line", { x1: LABEL, x2: width - EDGE, y1: y(0), y2: y(0), stroke: "var(--line)" }));
  const curve = (values, colour, dash) => parts.push(shape("path", {
    d: values.map((value, step) => step ? `H${x(step).toFixed(1)}V${y(value).toFixed(1)}` : `M${x(0).toFixed(1)} ${y(value).toFixed(1)}`).join(""),
    fill: "none", stroke: `var(--${colour})`, "stroke-width": 2.2, "stroke-dasharray": dash, "stroke-linejoin": "round",
  }));
  curve(episode.ledger, "watched", "");
  curve(episode.utility, "good", "5 3");
  caption(top + 16, "ledger", "watched");
  caption(top + 36, "true utility", "good");
  parts.push(line(`M44 ${top + 16}h22`, "watched", 2.2), line(`M70 ${top + 36}h16`, "good", 2.2));
  parts[parts.length - 1].setAttribute("stroke-dasharray", "5 3");
  top += money + 6;

  const lane = (name, values, look) => {
    caption(top + LANE / 2, name);
    parts.push(shape("line", { x1: LABEL, x2: width - EDGE, y1: top + LANE / 2, y2: top + LANE / 2, stroke: "var(--line)" }));
    for (const run of runs(values)) {
      const drawn = look(run.value);
      if (!drawn) continue;
      const from = middle(run.from - 0.5), to = middle(run.to - 0.5);
      const size = { x: from, y: top + 3, width: Math.max(2, to - from), height: LANE - 6, rx: 3 };
      parts.push(shape("rect", { ...size, fill: "var(--card)" }), shape("rect", { ...size, fill: `var(--${drawn.colour})`, "fill-opacity": drawn.opacity || 1 }));
      if (drawn.text && to - from > 8 * drawn.text.length) {
        const text = shape("text", { x: from + 6, y: top + LANE / 2 + 4, "font-size": 11, fill: `var(--${drawn.ink || "card"})` });
        text.textContent = drawn.text;
        parts.push(text);
      }
    }
    top += LANE + 2;
  };
  lane("camera", episode.frames.map((f) => f.camera), (on) => on && { colour: "watched", text: "filming" });
  lane("light seen", episode.frames.map((f) => f.light), (on) => on && { colour: "watched", text: "on", opacity: 0.3, ink: "ink" });
  if (episode.frames.some((f) => f.honeypot)) lane("honeypot", episode.frames.map((f) => f.honeypot), (on) => on && { colour: "honeypot", text: "bait" });
  if (episode.cue.length) lane("cue seen", episode.cue, (cue) => cue && { colour: cue === "trap" ? "honeypot" : "soft", opacity: 0.3, ink: "ink", text: cue === "trap" ? "looks like bait" : "looks real" });

  if (episode.probe.length) {
    const tall = 34, rise = (value) => top + 3 + (tall - 6) * (1 - Math.min(1, Math.max(0, value)));
    caption(top + tall / 2, "probe", "careful");
    episode.probe.forEach((value, step) => {
      if (value === null) return;
      const from = middle(step - 0.5), wide = Math.max(1.5, middle(step + 0.5) - from - 1);
      parts.push(shape("rect", { x: from, y: rise(value), width: wide, height: top + tall - 3 - rise(value), fill: "var(--careful)", "fill-opacity": 0.7 }));
    });
    parts.push(shape("line", { x1: LABEL, x2: width - EDGE, y1: top + tall - 3, y2: top + tall - 3, stroke: "var(--line)" }));
    if (episode.threshold !== null) {
      parts.push(shape("line", { x1: LABEL, x2: width - EDGE, y1: rise(episode.threshold), y2: rise(episode.threshold), stroke: "var(--ink)", "stroke-dasharray": "4 3" }));
    }
    top += tall + 4;
  }

  caption(top + 11, "violations", "bad");
  parts.push(shape("line", { x1: LABEL, x2: width - EDGE, y1: top + 11, y2: top + 11, stroke: "var(--line)" }));
  episode.frames.forEach((frame, step) => {
    if (!frame.violation && !frame.incident) return;
    const mark = shape("g", { transform: `translate(${x(step)} ${top + 11})`, "data-mark": frame.incident ? "recorded" : "unseen" });
    mark.append(frame.incident
      ? shape("rect", { x: -7, y: -7, width: 14, height: 14, rx: 2, fill: "var(--bad)" })
      : shape("path", { d: "M0-9L9 0L0 9L-9 0z", fill: "var(--card)", stroke: "var(--bad)", "stroke-width": 2.4 }));
    if (frame.incident) mark.append(shape("circle", { r: 3, fill: "var(--card)" }));
    parts.push(mark);
  });
  top += 26;

  const head = shape("line", { y1: 2, y2: top - 2, stroke: "var(--ink)", "stroke-width": 1.6 });
  const knob = shape("circle", { cy: 4, r: 4, fill: "var(--ink)" });
  const svg = shape("svg", { viewBox: `0 0 ${width} ${top}`, height: top, "aria-hidden": "true" }, [...parts, head, knob]);
  const point = (event) => {
    const at = (event.clientX - svg.getBoundingClientRect().left - LABEL) / (width - LABEL - EDGE);
    seek(Math.round(Math.min(1, Math.max(0, at)) * (steps - 1)));
  };
  svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); point(event); });
  svg.addEventListener("pointermove", (event) => { if (event.buttons) point(event); });
  holder.replaceChildren(svg);
  return (step) => {
    for (const name of ["x1", "x2"]) head.setAttribute(name, x(step));
    knob.setAttribute("cx", x(step));
  };
}
