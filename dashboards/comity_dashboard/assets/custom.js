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
