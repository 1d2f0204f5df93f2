// What the widgets of a page share: the current moment of each player, whether what has not been played is hidden, and
// the data that they have fetched.
window.comity = {
  now: {},
  hidden: {},
  words: { table: {} },
  packed: new Map(),
  asked: new Map(),
  most: 24,
  // Call take(data) with what the server sent: at once if the data are here, else when they have been fetched.
  unpack(sent, take) {
    const { packed, asked, most } = window.comity, digest = sent && sent.packed;
    if (!digest) return take(sent);
    if (packed.has(digest)) {
      const data = packed.get(digest);
      packed.delete(digest);
      packed.set(digest, data);  // the latest is forgotten last
      return take(data);
    }
    if (!asked.has(digest)) {
      const fetched = fetch("/comity/packed/" + digest).then((answer) => {
        if (!answer.ok) throw new Error("comity: the server no longer has these data. Reload the page.");
        return answer.json();
      }).then((data) => {
        packed.set(digest, Object.freeze(data));  // frozen: Vue does not observe them
        if (packed.size > most) packed.delete(packed.keys().next().value);
        return data;
      }).finally(() => asked.delete(digest));
      asked.set(digest, fetched);
    }
    asked.get(digest).then(take);
  },
};

// Copy a text, then call tell with whether that was done.
window.comity.copy = (text, tell) => {
  const old = () => {
    // Browsers may disable the clipboard without https: select a text field and copy that.
    const field = document.createElement("textarea");
    field.value = text;
    document.body.appendChild(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    tell(done);
  };
  if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => tell(true), old);
  else old();
};

// A number with some decimals, in the notation of the page's language.
window.comity.written = (number) => number.replace(".", (1.5).toLocaleString(document.documentElement.lang)[1]);
window.comity.fixed = (value, digits) => window.comity.written(value.toFixed(digits));

// A number with at most some decimals.
window.comity.short = (value, digits) => window.comity.written(String(+value.toFixed(digits)));

// A phrase with its words in braces filled in.
window.comity.fill = (phrase, values) => (phrase || "").replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

// The trust network of a run, from what the server or an exported file holds: see network.py.
window.comity.network = (data) => {
  const n = data.ids.length, size = (n * (n - 1)) / 2, raw = atob(data.ties), steps = new Uint8Array(raw.length);
  for (let k = 0; k < raw.length; k++) steps[k] = raw.charCodeAt(k) + (k < size ? 0 : steps[k - size]);  // modulo 256
  const first = new Uint16Array(size), second = new Uint16Array(size);
  for (let i = 0, k = 0; i < n; i++) for (let j = i + 1; j < n; j++, k++) { first[k] = i; second[k] = j; }
  const last = data.meetings.length - 1;
  const now = (frame) => Math.max(0, Math.min(frame, last)) * size;
  const between = (k) => data.groups[first[k]] + data.groups[second[k]] === 1;  // an origin and a destination state
  return {
    // The ties of a moment, of all actors or of one, all or only those across the camps: counts, pairs, the closest ones.
    ties(frame, least, actor, across) {
      const from = now(frame), limit = Math.round(least * data.scale);
      const found = { kept: [], grown: [], lost: [], across: 0, total: 0 };
      for (let k = 0; k < size; k++) {
        const value = steps[from + k], before = steps[k];
        if (value < limit && before < limit) continue;
        const i = first[k], j = second[k];
        if (actor >= 0 && i !== actor && j !== actor) continue;
        if (across && !between(k)) continue;
        if (value < limit) { found.lost.push(k); continue; }
        (before < limit ? found.grown : found.kept).push(k);
        found.total++;
        if (between(k)) found.across++;
      }
      return found;
    },
    closest(frame, actor, most, across) {
      const from = now(frame), found = [];
      for (let k = 0; k < size; k++) if ((actor < 0 || first[k] === actor || second[k] === actor) && !(across && !between(k))) found.push(k);
      found.sort((a, b) => steps[from + b] - steps[from + a]);
      return found.slice(0, most).map((k) => {
        const i = first[k], j = second[k];
        return { k, names: actor < 0 ? data.names[i] + " – " + data.names[j] : data.names[i === actor ? j : i], trust: steps[from + k] / data.scale, change: (steps[from + k] - steps[k]) / data.scale };
      });
    },
    other: (k, actor) => (first[k] === actor ? second[k] : first[k]),
    // Where the name of a bloc stands: inside the picture.
    label: (bloc) => (bloc.x < 130 ? { x: 4, anchor: "start" } : bloc.x > 870 ? { x: 996, anchor: "end" } : { x: bloc.x, anchor: "middle" }),
    // The closest of some ties, and those of them that have both ends on the map.
    strongest(pairs, frame, most) {
      const from = now(frame), placed = pairs.filter((k) => data.map[first[k]] && data.map[second[k]]);
      return placed.sort((a, b) => steps[from + b] - steps[from + a]).slice(0, most);
    },
    // Ties on the map as one path of curves, which bend away from the equator.
    curves(pairs) {
      return pairs.map((k) => {
        const [a, b] = data.map[first[k]], [c, d] = data.map[second[k]], far = Math.hypot(c - a, d - b);
        return "M" + a + " " + b + "Q" + (a + c) / 2 + " " + ((b + d) / 2 - 0.22 * far).toFixed(1) + " " + c + " " + d;
      }).join("");
    },
    // Lines as one path; on a narrow screen the picture is turned.
    path(pairs, tall) {
      const a = tall ? data.y : data.x, b = tall ? data.x : data.y;
      return pairs.map((k) => "M" + a[first[k]] + " " + b[first[k]] + "L" + a[second[k]] + " " + b[second[k]]).join("");
    },
  };
};

// Where all actors of a run stand or sit at a moment, for a picture of W by H: dots with their acts, and tables.
window.comity.seating = (all, kinds, sitting, W, H) => {
  const rank = (i) => [0, 2, 1, 3, 4][all.groups[i]];  // order at the table: origin, both, destination, the others
  const ring = (size, wide, high) => {
    const space = Math.min(wide, high) / 2 - 16;
    const radius = Math.max(46, Math.min(space, 215));
    const scale = Math.max(0.55, Math.min(1.7, (2 * Math.PI * radius) / (Math.max(size, 1) * 22)));
    const at = [...Array(size).keys()].map((k) => {
      const angle = (2 * Math.PI * k) / Math.max(size, 1) - Math.PI / 2;
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    });
    return { at, scale, ring: true, inner: Math.max(30, radius - 9 * scale - 6), high: radius };
  };
  const fan = (size, wide, high, phase, most) => {
    // Rows of a hemicycle; the corridor and votes are drawn as loose crowds.
    if (phase === "corridor" || phase === "vote") {
      const gap = Math.min(20, Math.sqrt((Math.min(wide, high) ** 2 * 0.8) / most) * 0.5);
      const at = [...Array(size).keys()].map((k) => {
        const angle = k * 2.39996, r = gap * Math.sqrt(k + 0.5);
        return [r * Math.cos(angle) * (phase === "vote" ? 0.95 : 1.5), r * Math.sin(angle) + 24];
      });
      return { at, scale: Math.max(0.6, Math.min(1.8, gap / 11)), ring: false, inner: 0, high: high / 2 - 6 };
    }
    const rows = Math.max(2, Math.round(Math.sqrt(size / 6)));
    const outer = Math.min(wide / 2 - 24, high - 96), inner = outer * 0.42, at = [], seats = [];
    const radii = [...Array(rows).keys()].map((r) => inner + ((outer - inner) * r) / (rows - 1));
    const total = radii.reduce((a, b) => a + b, 0);
    radii.forEach((radius, r) => {
      const here = r === rows - 1 ? size - seats.length : Math.round((size * radius) / total);
      for (let k = 0; k < here; k++) seats.push([radius, Math.PI * (here > 1 ? k / (here - 1) : 0.5)]);
    });
    seats.sort((a, b) => a[1] - b[1]);  // groups sit in sectors
    seats.forEach(([radius, angle]) => at.push([-radius * Math.cos(angle), high / 2 - 16 - radius * Math.sin(angle)]));
    return { at, ring: false, inner: 0, high: high / 2 - 4 };
  };
  // Before the first meeting nobody is seated: actors stand with their group.
  const before = sitting.phase === "start", here = [0, 2, 1, 3, 4].filter((g) => all.groups.includes(g));
  const { seats, acts, present, phase, rooms } = !before ? sitting : {
    phase: "corridor",
    rooms: here.map((g) => ({ issue: kinds[g].name, title: String(all.groups.filter((h) => h === g).length) })),
    seats: all.groups.map((g) => String.fromCharCode(48 + here.indexOf(g))).join(""),
    acts: "w".repeat(all.groups.length),
  };
  const n = Math.max(rooms.length, 1), floor = H - 70;
  const columns = before ? Math.min(n, 3) : n <= 4 && W > H ? n : Math.ceil(Math.sqrt((n * W) / floor)), lines = Math.ceil(n / columns);
  const members = rooms.map(() => []), spare = [];
  const order = all.groups.map((g, i) => i).sort((a, b) => rank(a) - rank(b) || a - b);
  order.forEach((i) => {
    const room = seats ? seats.charCodeAt(i) - 48 : -1;
    if (room >= 0 && members[room]) members[room].push(i);
    else if (present && present[i] === "1") spare.push(i);
  });
  const dots = all.groups.map((g) => ({ x: W / 2, y: H - 40, r: 6, scale: 1, shown: false, act: ".", colour: kinds[g].colour, hollow: true }));
  const tables = rooms.map((room, t) => {
    const wide = W / columns, high = floor / lines;
    const x = wide * ((t % columns) + 0.5), y = high * (Math.floor(t / columns) + 0.5);
    const size = members[t].length, most = Math.max(...members.map((room) => room.length), 1) * (before ? 1.6 : 1);
    const places = size <= 44 && phase !== "corridor" && phase !== "vote" ? ring(size, wide, high) : fan(size, wide, high, phase, most);
    members[t].forEach((i, k) => {
      const act = acts[i];
      Object.assign(dots[i], { x: x + places.at[k][0], y: y + places.at[k][1], shown: true, act, hollow: act === "s" || act === "m", scale: places.scale || 1, r: act === "c" ? 9 : act === "s" ? 5.5 : 6.5 });
    });
    return { ...room, x, y, wide: places.ring ? Math.max(90, 2 * places.inner - 16) : wide - 10, high: places.high, inner: places.inner, ring: places.ring };
  });
  spare.forEach((i, k) => {
    const per = Math.floor((W - 30) / 13.8);
    Object.assign(dots[i], { x: 16 + (k % per) * 13.8, y: H - 52 + Math.floor(k / per) * 12, shown: true, hollow: true, r: 4, scale: 1, act: "-" });
  });
  return { dots, tables };
};

// The moving picture of a run, for a field of W by H: states by sovereignty concern and cooperation, see glance.py.
// Both axes show the whole scale from 0 to 1. The area of a dot is proportional to the capacity of its delegation.
window.comity.glance = (all, more, W, H) => {
  const left = 54, right = 14, top = 12, foot = 46, { cooperation, sovereignty } = all.values;
  const x = (value) => left + (W - left - right) * value, y = (value) => top + (H - top - foot) * (1 - value);
  const states = all.groups.map((g, i) => i).filter((i) => all.groups[i] < 3).sort((a, b) => more.sizes[b] - more.sizes[a]);
  const unit = Math.min(17, Math.max(9, W / 45)) * Math.min(1, Math.sqrt(240 / Math.max(states.length, 1)));
  const at = (i, frame) => {
    const v = (sovereignty[frame] || [])[i], w = (cooperation[frame] || [])[i];
    return frame < more.since[i] || frame > more.until[i] || v == null || w == null ? null : { x: x(v), y: y(w), v, w };
  };
  return {
    states, at, x, y, left, foot,
    radius: (share) => Math.max(2.5, unit * Math.sqrt(share)),
    // The largest state of each camp: its path is always drawn.
    leaders: [0, 1, 2].map((g) => states.find((i) => all.groups[i] === g)).filter((i) => i !== undefined),
    trail(i, frame) {
      const found = [];
      for (let f = 0; f <= frame; f++) { const p = at(i, f); if (p) found.push(p.x.toFixed(1) + "," + p.y.toFixed(1)); }
      return found.filter((p, k) => p !== found[k - 1]).join(" ");
    },
    // The mean of a camp now and at the start, of the same states.
    mean(g, frame) {
      const both = states.filter((i) => all.groups[i] === g && at(i, frame) && at(i, more.since[i]));
      const sum = (f, what) => both.reduce((total, i) => total + at(i, f(i))[what], 0) / both.length;
      return both.length ? { v: sum(() => frame, "v"), w: sum(() => frame, "w"), w0: sum((i) => more.since[i], "w"), n: both.length } : null;
    },
    // The latest event, for ten months after it.
    event: (date) => more.events.filter((one) => one.date <= date && Date.parse(date) - Date.parse(one.date) < 300 * 864e5).pop() || null,
  };
};

// The sign of an axis that does not begin at zero: a zigzag, here as a path around a point of it.
window.comity.zigzag = (x, y) => "M" + x + " " + (y - 1) + "l-5 -3l10 -4l-10 -4l10 -4l-5 -3";
