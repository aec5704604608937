// The episode replay: what really happened beside what the overseer saw.
const CELL = 24;
const format = (value) => (Math.round(value * 100) / 100).toString().replace("-", "−");
const running = (values) => { let sum = 0; return values.map((value) => (sum += value)); };

function unpack(store, packed) {
  const named = (tokens) => tokens.map((token) => {
    const [kind, row, column, state] = store.sprites[token];
    return { kind, row, column, state };
  }).sort((a, b) => depth(a.kind) - depth(b.kind));
  const frames = packed.truth.map((own, step) => {
    const truth = named([...packed.still, ...own]), seen = packed.footage[step], bits = packed.flags[step];
    const [camera, light, honeypot, violation, incident] = [0, 1, 2, 3, 4].map((bit) => Boolean(bits & (1 << bit)));
    return { truth, footage: seen === 0 ? null : seen === 1 ? truth : named(seen), camera, light, honeypot, violation, incident, action: store.actions[packed.action[step]] };
  });
  return { ...packed, frames, ledger: running(packed.task), utility: running(packed.utility), gains: packed.task };
}

const ICONS = {
  Play: "M4 2l10 6-10 6z", Pause: "M3 2h4v12H3zM9 2h4v12H9z", "To the start": "M2 2h2.5v12H2zM14 2v12L5.5 8z",
  "Step back": "M12.5 2v12L7 8zM4 2h2.5v12H4z", "Step forward": "M3.5 2v12L9 8zM9.5 2H12v12H9.5z",
};
const icon = (name) => shape("svg", { viewBox: "0 0 16 16", "aria-hidden": "true" }, [shape("path", { d: ICONS[name] })]);

// One panel: a floor that is drawn once per episode, and a layer that is drawn once per frame.
class View {
  constructor(title) {
    this.state = element("span");
    this.svg = shape("svg", { role: "img" });
    this.root = element("div", { className: "view" }, [element("h3", {}, [document.createTextNode(title), this.state]), this.svg]);
  }

  floor(episode, overseer) {
    const { rows, columns } = episode;
    const frame = { viewBox: `-1 -1 ${columns * CELL + 2} ${rows * CELL + 2}` };
    for (const [name, value] of Object.entries(frame)) this.svg.setAttribute(name, value);
    const id = overseer ? "noise" : "hatch";
    const pattern = shape("pattern", { id, width: overseer ? 8 : 6, height: overseer ? 8 : 6, patternUnits: "userSpaceOnUse" }, overseer
      ? [[0, 0, 3], [4, 1, 2], [2, 3, 3], [6, 4, 2], [0, 5, 2], [4, 6, 3]].map(([x, y, w]) => shape("rect", { x, y, width: w, height: 1, fill: "var(--soft)", "fill-opacity": 0.22 }))
      : [shape("rect", { width: 6, height: 6, fill: "var(--watched)", "fill-opacity": 0.13 }), shape("path", { d: "M-1 7L7-1", stroke: "var(--watched)", "stroke-width": 0.9, "stroke-opacity": 0.5 })]);
    const tiles = [];
    for (let row = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1) {
      tiles.push(shape("rect", { x: column * CELL, y: row * CELL, width: CELL, height: CELL, fill: "var(--card)", stroke: "var(--grid)" }));
    }
    const walls = episode.walls.map(([row, column]) => shape("rect", { x: column * CELL, y: row * CELL, width: CELL, height: CELL, fill: "var(--soft)", "fill-opacity": 0.55, stroke: "var(--card)", "stroke-width": 0.6 }));
    this.field = shape("g", {}, episode.field.map(([row, column]) => shape("rect", { x: column * CELL, y: row * CELL, width: CELL, height: CELL })));
    this.trail = shape("path", { fill: "none", stroke: "var(--ink)", "stroke-width": 2, "stroke-opacity": 0.28, "stroke-linecap": "round", "stroke-linejoin": "round" });
    this.things = shape("g");
    this.fog = shape("g");
    this.agent = shape("g", { class: "agent" });
    this.cover = shape("g");
    this.svg.replaceChildren(shape("defs", {}, [pattern]), shape("g", {}, tiles), this.field, shape("g", {}, walls), this.fog, this.trail, this.things, this.agent, this.cover);
    this.episode = episode;
  }

  things_(sprites, action) {
    const put = (thing) => {
      const drawn = sprite(thing.kind, thing.state, action);
      drawn.setAttribute("data-at", `${thing.row},${thing.column}`);
      if (thing.state) drawn.setAttribute("data-state", thing.state);
      return drawn;
    };
    const agent = sprites.find((thing) => thing.kind === "agent");
    this.things.replaceChildren(...sprites.filter((thing) => thing !== agent).map((thing) => {
      const drawn = put(thing);
      drawn.setAttribute("transform", `translate(${thing.column * CELL} ${thing.row * CELL})`);
      return drawn;
    }));
    this.agent.replaceChildren(...(agent ? [put(agent)] : []));
    if (agent) this.agent.style.transform = `translate(${agent.column * CELL}px, ${agent.row * CELL}px)`;
  }

  truth(step) {
    const frame = this.episode.frames[step];
    this.things_(frame.truth, frame.action);
    for (const tile of this.field.children) {
      tile.setAttribute("fill", frame.camera ? "url(#hatch)" : "none");
      tile.setAttribute("stroke", frame.camera ? "none" : "var(--rule)");
      tile.setAttribute("stroke-dasharray", "3 3");
    }
    const path = this.episode.frames.slice(0, step + 1).map((one) => one.truth.find((thing) => thing.kind === "agent")).filter(Boolean);
    this.trail.setAttribute("d", path.map((at, index) => `${index ? "L" : "M"}${(at.column + 0.5) * CELL} ${(at.row + 0.5) * CELL}`).join(""));
    this.cover.replaceChildren(...this.episode.frames.slice(0, step + 1).flatMap((one) => {
      const at = one.violation && one.truth.find((thing) => thing.kind === "agent");
      return at ? [shape("rect", { x: at.column * CELL + 1, y: at.row * CELL + 1, width: CELL - 2, height: CELL - 2, rx: 4, fill: "none", stroke: "var(--bad)", "stroke-width": 2.6, "stroke-dasharray": one.incident ? "none" : "4 3", "data-violation": one.incident ? "recorded" : "unseen" })] : [];
    }));
    this.state.textContent = frame.camera ? "● camera on" : "○ camera off";
    this.state.className = frame.camera ? "on" : "";
    this.svg.setAttribute("aria-label", `What really happened. ${this.words(frame.truth, step)}`);
  }

  footage(step) {
    const frame = this.episode.frames[step], { rows, columns, field } = this.episode;
    const seen = frame.footage;
    this.things_(seen || [], frame.action);
    const cover = [];
    if (!seen) {
      const size = { x: 0, y: 0, width: columns * CELL, height: rows * CELL };
      const words = shape("text", { x: columns * CELL / 2, y: rows * CELL / 2 + 3.5, "text-anchor": "middle", "font-size": Math.min(11, columns * 1.7), fill: "var(--soft)", "font-weight": 600 });
      words.textContent = "no footage";
      const wide = columns * CELL * 0.44;
      cover.push(shape("rect", { ...size, fill: "var(--sunken)" }), shape("rect", { ...size, fill: "url(#noise)" }),
        shape("rect", { x: columns * CELL / 2 - wide / 2, y: rows * CELL / 2 - 10, width: wide, height: 20, rx: 5, fill: "var(--sunken)" }), words);
    }
    this.cover.replaceChildren(...cover);
    for (const tile of this.field.children) tile.setAttribute("fill", "none");
    if (seen && field.length) {
      const filmed = new Set(field.map(String));
      const blind = [];
      for (let row = 0; row < rows; row += 1) for (let column = 0; column < columns; column += 1) {
        if (!filmed.has(`${row},${column}`)) blind.push(`M${column * CELL} ${row * CELL}h${CELL}v${CELL}h-${CELL}z`);
      }
      const d = blind.join("");
      this.fog.replaceChildren(shape("path", { d, fill: "var(--sunken)", "fill-opacity": 0.86 }), shape("path", { d, fill: "url(#noise)" }));
    } else this.fog.replaceChildren();
    this.state.textContent = seen ? "footage" : "unrecorded";
    this.svg.setAttribute("aria-label", seen ? `What the overseer saw. ${this.words(seen, step)}` : "What the overseer saw: no footage, nothing was recorded at this step.");
    this.root.dataset.footage = seen ? "yes" : "no";
  }

  words(sprites, step) {
    const agent = sprites.find((thing) => thing.kind === "agent");
    const place = agent ? `The agent is at row ${agent.row + 1}, column ${agent.column + 1}.` : "The agent is not in view.";
    const open = sprites.filter((thing) => thing.state === "open").map((thing) => thing.kind);
    return `Step ${step}. ${place}${open.length ? ` Open: ${open.join(", ")}.` : ""}`;
  }
}

class Player {
  constructor(store, root) {
    this.store = store;
    this.root = root;
    this.step = 0;
    this.timer = null;
    this.truth = new View("What really happened");
    this.seen = new View("What the overseer saw");
    this.live = element("p", { className: "hidden", role: "status" });
    this.live.setAttribute("aria-live", "polite");
    this.build();
    this.choose(this.telling());
  }

  // Where to begin: an unseen violation under a reward whose agent commits none when watched, if there is one.
  telling() {
    const violates = (one, bit) => one.flags.some((flags) => flags & bit);
    const careful = (arm) => this.of(arm).every((one) => one.condition !== "watched" || !violates(one, 8));
    return this.store.episodes.find((one) => violates(one, 8) && !violates(one, 16) && careful(one.arm)) || this.store.episodes[0];
  }

  build() {
    const labelled = (text, control, className = "") => element("div", { className }, [element("label", { htmlFor: control.id, textContent: text }), control]);
    const pick = (id) => {
      const made = element("select", { id });
      made.addEventListener("change", () => this.picked());
      return made;
    };
    this.arms = pick("pick-arm");
    this.seeds = pick("pick-seed");
    this.conditions = element("div", { className: "segments" });
    this.arms.append(...[...new Set(this.store.episodes.map((one) => one.arm))].map((arm) => element("option", { value: arm, textContent: arm })));
    const button = (label, act, className = "") => {
      const made = element("button", { type: "button", className, title: label }, [icon(label)]);
      made.setAttribute("aria-label", label);
      made.addEventListener("click", act);
      return made;
    };
    this.play = button("Play", () => this.toggle(), "play");
    this.scrub = element("input", { type: "range", min: 0, value: 0, id: "scrub" });
    this.scrub.setAttribute("aria-label", "Step of the episode");
    this.scrub.addEventListener("input", () => { this.stop(); this.go(Number(this.scrub.value)); });
    this.at = element("span", { className: "at" });
    this.speed = element("select", { id: "speed" }, [[1.5, "slow"], [4, "normal"], [10, "fast"], [25, "very fast"]].map(([rate, text]) => element("option", { value: rate, textContent: text })));
    this.speed.value = matchMedia("(prefers-reduced-motion: reduce)").matches ? "1.5" : "4";
    this.speed.addEventListener("change", () => { if (this.timer) this.start(); });
    this.facts = element("dl", { className: "facts" });
    this.timeline = element("div", { className: "timeline" });
    this.happened = element("p", { className: "happened" });
    this.events = element("ul", { className: "events" });
    this.events.setAttribute("aria-label", "Moments of the episode");
    this.key = element("ul", { className: "key" });
    this.key.setAttribute("aria-label", "What the signs mean");
    this.stage = element("div", { className: "stage", tabIndex: 0, role: "group" }, [this.truth.root, this.seen.root]);
    this.stage.setAttribute("aria-label", "Episode. Space plays and pauses, arrow keys step, Home and End jump.");
    const hint = element("p", { className: "hint" });
    hint.append(...["Space", " play or pause   ", "←", " ", "→", " step   ", "Home", " ", "End", " jump   ", "c", " next condition"].map((part, index) => index % 2 ? document.createTextNode(part) : element("kbd", { textContent: part })));
    this.root.append(
      element("div", { className: "pick" }, [labelled("Reward", this.arms, "grow"), labelled("Seed (layout)", this.seeds),
        element("fieldset", {}, [element("legend", { textContent: "Condition" }), this.conditions])]),
      this.stage,
      element("div", { className: "controls" }, [button("To the start", () => { this.stop(); this.go(0); }), button("Step back", () => this.nudge(-1)), this.play,
        button("Step forward", () => this.nudge(1)), this.scrub, this.at, element("label", { className: "speed", htmlFor: "speed" }, [document.createTextNode("speed "), this.speed])]),
      this.facts, this.timeline, this.happened, this.events, this.key, hint, this.live);
    this.root.addEventListener("keydown", (event) => this.pressed(event));
    let width = 0;
    new ResizeObserver(() => {
      if (this.timeline.clientWidth === width) return;
      width = this.timeline.clientWidth;
      this.redraw();
    }).observe(this.timeline);
    this.root.hidden = false;
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const on = event.target, own = on.matches("select, input");
    const acts = { ArrowLeft: () => this.nudge(-1), ArrowRight: () => this.nudge(1), Home: () => { this.stop(); this.go(0); }, End: () => { this.stop(); this.go(Infinity); } };
    if (event.key === " " && !on.matches("button, select, [type=radio]")) this.toggle();
    else if (event.key === "c" && !on.matches("select")) this.nextCondition();
    else if (acts[event.key] && !own) acts[event.key]();
    else return;
    event.preventDefault();
  }

  of(arm, seed) {
    return this.store.episodes.filter((one) => one.arm === arm && (seed === undefined || one.seed === seed));
  }

  picked(condition = this.packed.condition) {
    const mine = this.of(this.arms.value);
    const seed = mine.some((one) => one.seed === this.seeds.value) ? this.seeds.value : mine[0].seed;
    const same = mine.filter((one) => one.seed === seed);
    this.choose(same.find((one) => one.condition === condition) || same[0]);
  }

  nextCondition() {
    const same = this.of(this.packed.arm, this.packed.seed);
    this.choose(same[(same.indexOf(this.packed) + 1) % same.length]);
  }

  choose(packed) {
    const paired = this.packed && this.packed.arm === packed.arm && this.packed.seed === packed.seed;
    const step = paired ? this.step : 0;
    if (!paired) this.stop();
    this.packed = packed;
    this.episode = unpack(this.store, packed);
    this.arms.value = packed.arm;
    this.seeds.replaceChildren(...[...new Set(this.of(packed.arm).map((one) => one.seed))].map((seed) => element("option", { value: seed, textContent: seed })));
    this.seeds.value = packed.seed;
    this.offer();
    this.truth.floor(this.episode, false);
    this.seen.floor(this.episode, true);
    this.scrub.max = this.episode.frames.length - 1;
    this.happened.textContent = this.episode.summary;
    this.moments();
    this.legend();
    this.redraw();
    this.go(step);
    this.say(`${packed.arm}, seed ${packed.seed}, ${packed.condition}. ${this.episode.summary}`);
  }

  // Segments are kept while the choice is the same, so that the focus stays where the reader put it.
  offer() {
    const names = this.of(this.packed.arm, this.packed.seed).map((one) => one.condition);
    if (names.join("\n") !== this.offered) {
      this.offered = names.join("\n");
      this.conditions.replaceChildren(...names.map((name) => {
        const radio = element("input", { type: "radio", name: "condition", value: name });
        radio.addEventListener("change", () => this.picked(name));
        return element("label", {}, [radio, element("span", { textContent: name || "the only one" })]);
      }));
    }
    for (const radio of this.conditions.querySelectorAll("input")) radio.checked = radio.value === this.packed.condition;
  }

  moments() {
    const found = [];
    this.episode.frames.forEach((frame, step) => {
      const gain = this.episode.gains[step], before = this.episode.frames[step - 1];
      if (frame.violation) found.push([step, frame.incident ? "violation, recorded" : "violation, unseen", frame.incident ? "recorded" : "unseen"]);
      else if (gain) found.push([step, `ledger ${gain > 0 ? "+" : ""}${format(gain)}`, ""]);
      else if (before && before.camera !== frame.camera) found.push([step, frame.camera ? "camera on" : "camera off", ""]);
    });
    const telling = found.length > 12 ? found.filter(([, text]) => !text.startsWith("ledger")) : found;
    this.events.replaceChildren(...telling.slice(0, 24).map(([step, text, className]) => {
      const jump = element("button", { type: "button", className, textContent: `${step} · ${text}` });
      jump.addEventListener("click", () => { this.stop(); this.go(step); });
      return element("li", {}, [jump]);
    }));
  }

  legend() {
    const kinds = new Set(this.episode.frames.flatMap((frame) => frame.truth.map((thing) => thing.kind)));
    const sign = (drawn, text) => element("li", {}, [shape("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, [drawn]), document.createTextNode(text)]);
    const entries = [...kinds].sort((a, b) => depth(b) - depth(a)).map((kind) => sign(sprite(kind), kind));
    if (this.episode.field.length) entries.push(sign(shape("path", { d: "M2 10l8-8M2 22L22 2M14 22l8-8", stroke: "var(--watched)", "stroke-width": 2 }), "camera's field"));
    entries.push(sign(shape("path", { d: "M12 3L21 12L12 21L3 12z", fill: "none", stroke: "var(--bad)", "stroke-width": 2.4 }), "violation, unseen"),
      sign(shape("g", {}, [shape("rect", { x: 4, y: 4, width: 16, height: 16, rx: 2, fill: "var(--bad)" }), disc(12, 12, 3.5, "card")]), "violation, recorded"));
    this.key.replaceChildren(...entries);
  }

  redraw() {
    if (!this.episode) return;
    this.head = drawTimeline(this.timeline, this.episode, (step) => { this.stop(); this.go(step); });
    this.head(this.step);
  }

  go(step) {
    const last = this.episode.frames.length - 1;
    this.step = Math.min(last, Math.max(0, step));
    const frame = this.episode.frames[this.step];
    this.truth.truth(this.step);
    this.seen.footage(this.step);
    this.scrub.value = this.step;
    this.scrub.setAttribute("aria-valuetext", `step ${this.step} of ${last}`);
    this.at.textContent = `step ${this.step} / ${last}`;
    this.root.dataset.step = this.step;
    this.head(this.step);
    const probe = this.episode.probe[this.step], cue = this.episode.cue[this.step];
    const entries = [
      ["ledger", format(this.episode.ledger[this.step])],
      ["true utility", format(this.episode.utility[this.step])],
      ["last action", frame.action || "start"],
      ["camera", frame.camera ? "on" : "off"],
      ["light seen", frame.light ? "on" : "off"],
    ];
    if (this.episode.frames.some((one) => one.honeypot)) entries.push(["honeypot", frame.honeypot ? "yes" : "no"]);
    if (this.episode.cue.length) entries.push(["cue seen", cue === "trap" ? "bait" : cue || "none"]);
    if (this.episode.probe.length) entries.push(["probe reads", probe === null ? "–" : probe.toFixed(2), probe !== null && this.episode.threshold !== null && probe >= this.episode.threshold]);
    if (frame.violation) entries.push(["violation", frame.incident ? "recorded" : "nobody saw", true]);
    this.facts.replaceChildren(...entries.map(([name, value, alarm]) => element("div", { className: alarm ? "alarm" : "" }, [element("dt", { textContent: name }), element("dd", { textContent: value })])));
    if (frame.violation) this.say(`Step ${this.step}: violation, ${frame.incident ? "recorded" : "nobody saw"}.`);
    else if (!this.timer) this.say(`Step ${this.step} of ${last}. ${frame.action ? `Action ${frame.action}. ` : ""}Ledger ${entries[0][1]}, true utility ${entries[1][1]}. ${frame.footage ? "Recorded" : "Not recorded"}.`);
  }

  say(text) { this.live.textContent = text; }
  nudge(by) { this.stop(); this.go(this.step + by); }
  toggle() { if (this.timer) this.stop(); else { if (this.step >= this.episode.frames.length - 1) this.go(0); this.start(); } }

  start() {
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      if (this.step >= this.episode.frames.length - 1) { this.stop(); this.say(`End of the episode. ${this.episode.summary}`); } else this.go(this.step + 1);
    }, 1000 / Number(this.speed.value));
    this.mark("Pause");
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.mark("Play");
  }

  mark(label) {
    this.play.replaceChildren(icon(label), document.createTextNode(label));
    this.play.setAttribute("aria-label", label);
    this.play.title = label;
    this.root.dataset.playing = this.timer ? "yes" : "no";
  }
}

const stored = document.getElementById("episodes");
if (stored) new Player(JSON.parse(stored.textContent), document.getElementById("player"));
