import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const HUB = "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: "../src/lineside/hub/static",
    emptyOutDir: true,
    chunkSizeWarningLimit: 1200,
  },
  server: { proxy: { "/api": { target: HUB, ws: true }, "/health": HUB } },
});
