// The sample viewer: a prompt, and its completion token by token, each as strong in colour and bar as its score.
class Reader {
  constructor(store, root) {
    this.store = store;
    this.root = root;
    this.root.replaceChildren();
    this.live = element("p", { className: "hidden", role: "status" });
    this.live.setAttribute("aria-live", "polite");
    this.build();
    this.show(store.start);
  }

  build() {
    const labelled = (text, control, className = "") => element("div", { className }, [element("label", { htmlFor: control.id, textContent: text }), control]);
    const pick = (id) => {
      const made = element("select", { id });
      made.addEventListener("change", () => this.picked());
      return made;
    };
    this.arms = pick("sample-arm");
    this.seeds = pick("sample-seed");
    this.conditions = element("div", { className: "segments" });
    const present = new Set(this.store.samples.map((one) => one.arm));
    this.arms.append(...this.store.arms.map((name, arm) => element("option", { value: arm, textContent: name })).filter((_, arm) => present.has(arm)));
    const button = (label, by) => {
      const made = element("button", { type: "button", textContent: label });
      made.addEventListener("click", () => this.move(by));
      return made;
    };
    this.back = button("Previous", -1);
    this.on = button("Next", 1);
    this.at = element("span", { className: "at" });
    this.sample = element("div", { className: "sample" });
    const hint = element("p", { className: "hint" });
    hint.append(...["p", " ", "n", " previous, next sample   ", "←", " ", "→", " from token to token, ", "Home", " ", "End", " to the first and the last"].map((part, index) => index % 2 ? document.createTextNode(part) : element("kbd", { textContent: part })));
    this.root.append(
      element("div", { className: "pick" }, [labelled("Reward", this.arms, "grow"), labelled("Seed", this.seeds),
        element("fieldset", {}, [element("legend", { textContent: "Condition" }), this.conditions])]),
      element("div", { className: "controls" }, [this.back, this.on, this.at]), this.sample, hint, this.live);
    this.root.addEventListener("keydown", (event) => this.pressed(event));
  }

  // Choices that no sample fits fall back to the nearest that one does.
  picked(condition = this.packed.condition) {
    const all = this.store.samples, arm = Number(this.arms.value);
    const closeness = (one) => 4 * (one.arm === arm) + 2 * (one.seed === this.seeds.value) + (one.condition === condition);
    this.show(all.reduce((best, one, index) => closeness(one) > closeness(all[best]) ? index : best, 0));
  }

  move(by) { this.show(Math.min(this.store.samples.length - 1, Math.max(0, this.index + by))); }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("select, input")) return;
    const tokens = [...this.sample.querySelectorAll(".token[data-score]")], now = tokens.indexOf(event.target);
    const focus = (to) => { if (tokens[to]) this.hold(tokens, tokens[to]); };
    if (event.key === "n") this.move(1);
    else if (event.key === "p") this.move(-1);
    else if (now < 0) return;
    else if (event.key === "ArrowRight") focus(now + 1);
    else if (event.key === "ArrowLeft") focus(now - 1);
    else if (event.key === "Home") focus(0);
    else if (event.key === "End") focus(tokens.length - 1);
    else return;
    event.preventDefault();
  }

  // One tab stop for the whole completion: the token that was last looked at.
  hold(tokens, token) {
    for (const one of tokens) one.tabIndex = one === token ? 0 : -1;
    token.focus();
  }

  show(index) {
    const within = this.sample.contains(document.activeElement);
    this.index = index;
    this.packed = this.store.samples[index];
    const { arm, seed, condition } = this.packed, all = this.store.samples;
    const mine = all.filter((one) => one.arm === arm), same = mine.filter((one) => one.seed === seed && one.condition === condition);
    this.arms.value = arm;
    this.seeds.replaceChildren(...[...new Set(mine.map((one) => one.seed))].map((each) => element("option", { value: each, textContent: each })));
    this.seeds.value = seed;
    this.offer([...new Set(mine.filter((one) => one.seed === seed).map((one) => one.condition))], condition);
    this.back.disabled = index === 0;
    this.on.disabled = index === all.length - 1;
    this.at.textContent = `sample ${index + 1} of ${all.length}, ${same.indexOf(this.packed) + 1} of ${same.length} of this choice`;
    this.sample.replaceChildren(...this.parts(this.packed));
    this.root.dataset.sample = index;
    const tokens = [...this.sample.querySelectorAll(".token[data-score]")];
    tokens.forEach((one, place) => { one.tabIndex = place ? -1 : 0; });
    if (within) (tokens[0] || this.on).focus();
    this.say(`Sample ${index + 1}: ${this.store.arms[arm]}, seed ${seed}, ${condition}. ${this.packed.right ? "Right" : "Wrong"}, proxy ${this.packed.proxy}, gold ${this.packed.gold}.`);
  }

  // Segments are kept while the choice is the same, so that the focus stays where the reader put it.
  offer(names, chosen) {
    if (names.join("\n") !== this.offered) {
      this.offered = names.join("\n");
      this.conditions.replaceChildren(...names.map((name) => {
        const radio = element("input", { type: "radio", name: "sample-condition", value: name });
        radio.addEventListener("change", () => this.picked(name));
        return element("label", {}, [radio, element("span", { textContent: name })]);
      }));
    }
    for (const radio of this.conditions.querySelectorAll("input")) radio.checked = radio.value === chosen;
  }

  // The same elements that the page carries for its first sample without any script.
  parts(one) {
    const scale = one.scale === null ? null : this.store.scales[one.scale];
    const facts = [["proxy", one.proxy], ["gold", one.gold], ["answer", one.right ? "✓ right" : "✕ wrong", !one.right], ["update", one.update]];
    const completion = element("p", { className: "completion" }, one.tokens.flatMap((text, place) => {
      const score = scale && one.scores.length ? one.scores[place] : null;
      const token = this.token(text, score, scale);
      return one.breaks.includes(place) ? [token, element("br")] : [token];
    }));
    completion.setAttribute("role", "group");
    completion.setAttribute("aria-label", "Completion, token by token");
    const head = (text) => element("h3", { textContent: text });
    const left = one.cut ? [element("p", { className: "remark", textContent: `${one.cut} more tokens are not shown.` })] : [];
    return [
      element("dl", { className: "facts" }, facts.map(([name, value, alarm]) => element("div", { className: alarm ? "alarm" : "" }, [element("dt", { textContent: name }), element("dd", { textContent: value })]))),
      head("Prompt"), element("p", { className: "prompt", textContent: one.prompt }), head("Completion"), completion, ...left,
      scale ? this.legend(scale) : element("p", { className: "remark", textContent: "No score per token was stored with this sample." }),
    ];
  }

  token(text, score, scale) {
    if (score === null) return element("span", { className: "token", textContent: text });
    const token = this.look(text, score, scale), figure = score.toFixed(3);
    token.dataset.score = (Number(figure) === 0 ? figure.replace("-", "") : figure).replace("-", "−");
    token.tabIndex = 0;
    token.setAttribute("role", "img");
    token.setAttribute("aria-label", `${text}: ${token.dataset.score}`);
    return token;
  }

  look(text, score, scale) {
    const token = element("span", { className: scale.diverging ? "token scored either" : "token scored", textContent: text });
    const shade = this.shade(score, scale), [top, bottom] = this.bar(score, scale);
    token.setAttribute("style", `--shade:var(--${shade});--on:var(--${shade}-ink);--top:${top}%;--bottom:${bottom}%`);
    return token;
  }

  shade(score, scale) {
    const step = Math.min(4, Math.floor(Math.abs(score) / scale.most * 4 + 0.5));
    return step === 0 ? "even" : `${score > 0 ? "high" : "low"}${step}`;
  }

  bar(score, scale) {
    const part = Math.max(-1, Math.min(1, score / scale.most)), whole = (value) => Math.floor(value + 0.5);
    return scale.diverging ? [whole(50 - 50 * Math.max(0, part)), whole(50 - 50 * Math.min(0, part))] : [whole(100 - 100 * part), 100];
  }

  legend(scale) {
    const low = scale.diverging ? -4 : 0;
    const list = element("ul", { className: "scale" }, scale.legend.map((figure, place) => {
      const token = this.look("", scale.most * (low + place) / 4, scale);
      return element("li", {}, [token, document.createTextNode(figure)]);
    }));
    list.setAttribute("aria-label", `What colours and bars mean: ${scale.name}`);
    return element("div", { className: "legend" }, [element("span", { textContent: scale.name }), list]);
  }

  say(text) { this.live.textContent = text; }
}

const samples = document.getElementById("sample-data");
if (samples) new Reader(JSON.parse(samples.textContent), document.getElementById("reader"));
