'use strict';
const fs = require('node:fs');
const path = require('node:path');

/** The things that exist: files in a folder, by their ids. */
class World {
  constructor(folder) {
    this.folder = folder;
    fs.mkdirSync(folder, { recursive: true });
  }

  file(id) {
    return path.join(this.folder, `${encodeURIComponent(id)}.json`);
  }

  has(id) {
    return fs.existsSync(this.file(id));
  }

  read(id) {
    return this.has(id) ? JSON.parse(fs.readFileSync(this.file(id), 'utf8')) : undefined;
  }

  write(id, thing) {
    fs.writeFileSync(this.file(id), JSON.stringify(thing));
  }

  remove(id) {
    fs.rmSync(this.file(id), { force: true });
  }

  /** Whether the test has left a file of that name. */
  isMarked(what) {
    return fs.existsSync(path.join(this.folder, what));
  }

  /** Whether the test has asked for this to happen, by a file of that name; it happens once. */
  isAskedFor(what) {
    const mark = path.join(this.folder, what);
    if (!fs.existsSync(mark)) return false;
    fs.rmSync(mark);
    return true;
  }
}

module.exports = { World };
