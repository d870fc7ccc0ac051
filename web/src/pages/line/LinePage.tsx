export function LinePage() { return null; }
