/** The line of days with today on it, as on my page. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#1d5f6e"/><path d="M6 16h11" stroke="#fff" stroke-width="4" stroke-linecap="round"/><circle cx="17" cy="16" r="5" fill="#fff"/><circle cx="26" cy="16" r="2" fill="#8fd3e0"/></svg>`;
