// What the widgets of a page share: the current moment of each player, and the data that they have fetched.
window.comity = {
  now: {},
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

// A phrase with its words in braces filled in.
window.comity.fill = (phrase, values) => phrase.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));

// The trust network of a run, from what the server or an exported file holds: see network.py.
window.comity.network = (data) => {
  const n = data.ids.length, size = (n * (n - 1)) / 2, raw = atob(data.ties), steps = new Uint8Array(raw.length);
  for (let k = 0; k < raw.length; k++) steps[k] = raw.charCodeAt(k) + (k < size ? 0 : steps[k - size]);  // modulo 256
  const first = new Uint16Array(size), second = new Uint16Array(size);
  for (let i = 0, k = 0; i < n; i++) for (let j = i + 1; j < n; j++, k++) { first[k] = i; second[k] = j; }
  const last = data.meetings.length - 1;
  const now = (frame) => Math.max(0, Math.min(frame, last)) * size;
  return {
    // The ties of a moment, of all actors or of one: counts, pairs, and the closest ones.
    ties(frame, least, actor) {
      const from = now(frame), limit = Math.round(least * data.scale);
      const found = { kept: [], grown: [], lost: [], across: 0, total: 0 };
      for (let k = 0; k < size; k++) {
        const value = steps[from + k], before = steps[k];
        if (value < limit && before < limit) continue;
        const i = first[k], j = second[k];
        if (actor >= 0 && i !== actor && j !== actor) continue;
        if (value < limit) { found.lost.push(k); continue; }
        (before < limit ? found.grown : found.kept).push(k);
        found.total++;
        if (data.groups[i] + data.groups[j] === 1) found.across++;
      }
      return found;
    },
    closest(frame, actor, most) {
      const from = now(frame), found = [];
      for (let k = 0; k < size; k++) if (actor < 0 || first[k] === actor || second[k] === actor) found.push(k);
      found.sort((a, b) => steps[from + b] - steps[from + a]);
      return found.slice(0, most).map((k) => {
        const i = first[k], j = second[k];
        return { k, names: actor < 0 ? data.names[i] + " – " + data.names[j] : data.names[i === actor ? j : i], trust: steps[from + k] / data.scale, change: (steps[from + k] - steps[k]) / data.scale };
      });
    },
    other: (k, actor) => (first[k] === actor ? second[k] : first[k]),
    // Lines as one path; on a narrow screen the picture is turned.
    path(pairs, tall) {
      const a = tall ? data.y : data.x, b = tall ? data.x : data.y;
      return pairs.map((k) => "M" + a[first[k]] + " " + b[first[k]] + "L" + a[second[k]] + " " + b[second[k]]).join("");
    },
  };
};
