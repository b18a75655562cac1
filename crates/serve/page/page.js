// Fills a form with a model's columns, and scores the row as it is changed.
"use strict";

const $ = (id) => document.getElementById(id);
const state = { token: "", models: [], model: null, asked: 0 };

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function trouble(text) {
  $("trouble").hidden = !text;
  $("trouble").textContent = text;
}

async function ask(path, options = {}) {
  const headers = { ...(options.headers ?? {}) };
  if (state.token) headers.authorization = `Bearer ${state.token}`;
  let response;
  try {
    response = await fetch(path, { ...options, headers });
  } catch {
    throw new Error("The server does not answer. Is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (response.status === 401) {
    $("token-form").hidden = false;
    // They lead to pages that a browser opens without the token.
    $("elsewhere").hidden = true;
    throw new Error(state.token ? "This token is not known here." : "");
  }
  if (!response.ok) {
    const said = answer.detail ? `${answer.title}: ${answer.detail}` : `The server said ${response.status}.`;
    throw Object.assign(new Error(said), { faults: answer.errors ?? [] });
  }
  return answer;
}

async function load() {
  try {
    const { models, groups, refused } = await ask("v1/models");
    $("token-form").hidden = true;
    const reasons = Object.entries(refused).map(([file, why]) => `${file} is refused: ${why}`);
    trouble(reasons.join(" "));
    const named = groups.map((group) => ({ ...models.find((model) => model.name === group.champion), name: group.name, group }));
    state.models = [...named, ...models];
    list();
    if (state.models.length) choose(state.models[0]);
  } catch (error) {
    trouble(error.message);
  }
}

function list() {
  $("models").replaceChildren(...state.models.map((model) => {
    const what = model.group ? told(model.group) : `${model.algorithm}, ${model.task}, predicts ${model.target}`;
    const button = make("button", { type: "button", "aria-pressed": "false" }, model.name, make("span", {}, what));
    button.addEventListener("click", () => choose(model));
    return button;
  }));
}

function told(group) {
  const parts = [`champion ${group.champion}`];
  if (group.challenger) parts.push(`challenger ${group.challenger} (${Math.round(100 * group.challenger_share)} %)`);
  if (group.shadow) parts.push(`shadow ${group.shadow}`);
  return parts.join(", ");
}

function choose(model) {
  state.model = model;
  [...$("models").children].forEach((button, at) => button.setAttribute("aria-pressed", String(state.models[at] === model)));
  $("row").replaceChildren(...model.columns.map((column, at) => {
    const field = input(column, model.example[column.name]);
    field.id = `column-${at}`;
    field.dataset.column = column.name;
    field.dataset.number = String(["integer", "decimal"].includes(column.kind));
    return make("div", {}, make("label", { for: field.id }, column.name), field);
  }));
  $("try").hidden = false;
  score();
}

function input(column, example) {
  if (column.levels && column.levels.length <= 200) {
    const options = ["", ...column.levels].map((level) => make("option", { value: level }, level || "(missing)"));
    const select = make("select", {}, ...options);
    select.value = example ?? "";
    return select;
  }
  const field = make("input", { type: "text", autocomplete: "off", spellcheck: "false" });
  field.value = example ?? "";
  if (column.range) field.title = `in training ${column.range[0]} to ${column.range[1]}`;
  return field;
}

function row() {
  const values = [...$("row").querySelectorAll("[data-column]")].map((field) => {
    const text = field.value.trim();
    const number = Number(text);
    // What is no number goes as it is: the server says what is wrong with it.
    const value = text === "" ? null : field.dataset.number === "true" && Number.isFinite(number) ? number : text;
    return [field.dataset.column, value];
  });
  return Object.fromEntries(values);
}

async function score() {
  const asked = ++state.asked;
  const body = JSON.stringify({ rows: [row()] });
  const path = `v1/models/${state.model.name}/score`;
  const token = state.token ? ` \\\n  -H 'authorization: Bearer …'` : "";
  const quoted = body.replaceAll("'", "'\\''");
  $("command").textContent = `curl ${new URL(path, location.href)}${token} \\\n  -H 'content-type: application/json' \\\n  -d '${quoted}'`;
  try {
    const options = { method: "POST", headers: { "content-type": "application/json" }, body };
    const answer = await ask(`${path}?contributions=true`, options);
    // Answers may overtake each other: the last question counts.
    if (asked === state.asked) show(answer);
  } catch (error) {
    if (asked === state.asked) refuse(error);
  }
}

function mark(faults) {
  const wrong = new Set(faults.map((fault) => fault.column));
  for (const field of $("row").querySelectorAll("[data-column]")) field.setAttribute("aria-invalid", String(wrong.has(field.dataset.column)));
}

function refuse(error) {
  mark(error.faults ?? []);
  $("answer").replaceChildren(make("p", { class: "wrong" }, error.message));
}

const short = (x) => (Number.isInteger(x) && Math.abs(x) < 1e15 ? String(x) : Number(x.toPrecision(4)).toString());

function show(answer) {
  mark([]);
  const [one] = answer.predictions;
  const parts = [make("p", { class: "called" }, `${answer.target}: ${one.label ?? short(one.number)}`)];
  if (answer.role) parts.push(make("p", { class: "soft" }, `Answered by the ${answer.role}, ${answer.model}.`));
  if (one.probabilities) {
    const rows = Object.entries(one.probabilities).sort((a, b) => b[1] - a[1]);
    parts.push(table("Probabilities", rows.map(([name, p]) => [name, p, bar(0, p, 0, 1)])));
  }
  const told = one.contributions && (one.contributions.features ? one.contributions : one.contributions[one.label]);
  if (told) {
    const rows = Object.entries(told.features).filter(([, x]) => x !== 0).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
    const most = Math.max(...rows.map(([, x]) => Math.abs(x)), 1e-300);
    const caption = `What each feature adds to the score (${short(told.base)} to begin with, ${short(one.score)} in the end)`;
    parts.push(table(caption, rows.slice(0, 12).map(([name, x]) => [name, x, bar(0, x, -most, most)])));
  }
  $("answer").replaceChildren(...parts);
}

function table(caption, rows) {
  const body = rows.map(([name, x, drawn]) =>
    make("tr", {}, make("th", { scope: "row", title: name }, name), make("td", { class: "bar" }, drawn), make("td", { class: "number" }, short(x))));
  return make("table", {}, make("caption", {}, caption), ...body);
}

/** A bar from `from` to `to` on a scale. */
function bar(from, to, low, high) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const part = (className, a, b) => {
    const rectangle = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const place = (x) => (100 * (x - low)) / (high - low);
    const box = { class: className, x: `${place(Math.min(a, b))}%`, width: `${Math.abs(place(a) - place(b))}%`, y: 2, height: 10 };
    for (const [name, value] of Object.entries(box)) rectangle.setAttribute(name, value);
    svg.append(rectangle);
  };
  part("track", low, high);
  part(to < from ? "down" : "up", from, to);
  return svg;
}

$("row").addEventListener("input", score);
$("row").addEventListener("submit", (event) => event.preventDefault());
$("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  state.token = $("token").value.trim();
  load();
});
load();
