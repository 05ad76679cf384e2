// The page of a sheet: its cells come to life.

import { Sheet } from './view/sheet.js';

const source = document.getElementById('sheet-data');
const article = document.getElementById('sheet');
if (source && article) article.sheet = new Sheet(article, JSON.parse(source.textContent));
