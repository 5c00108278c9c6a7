import { render } from "preact";
import "./design/tokens.css";
import "./design/base.css";
import "./design/parts.css";
import { askWho } from "./features/account/me";
import { listen } from "./features/router";
import { showTheme } from "./features/theme";
import { register } from "./features/worker";
import { App } from "./screens/app";

showTheme();
listen();
void askWho();
const root = document.getElementById("app");
if (root) render(<App />, root);
register();
