/** Strokes on a grid of 24, drawn for this product; `Icon.vue` shows them. */
export const ICONS = {
  microphone: "M12 3a3 3 0 0 1 3 3v5a3 3 0 0 1-6 0V6a3 3 0 0 1 3-3zM5 11a7 7 0 0 0 14 0M12 18v3M8 21h8",
  microphoneOff:
    "M9 9v2a3 3 0 0 0 5 2.2M15 10V6a3 3 0 0 0-5.9-.8M5 11a7 7 0 0 0 11.5 5.4M19 11a7 7 0 0 1-.6 2.8M12 18v3M8 21h8M3 3l18 18",
  camera: "M3 7h11a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1zM15 11l6-3v8l-6-3",
  cameraOff:
    "M10 7h4a1 1 0 0 1 1 1v3l6-3v8l-3-1.5M15 15v1a1 1 0 0 1-1 1H3a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h2M3 3l18 18",
  screen: "M3 4h18v12H3zM8 20h8M12 16v4M12 13V8M9.5 10.5L12 8l2.5 2.5",
  zoomIn: "M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14zM16 16l5 5M11 8v6M8 11h6",
  zoomOut: "M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14zM16 16l5 5M8 11h6",
  rotate: "M20 5v5h-5M19.5 10A8 8 0 1 0 20 13",
  fit: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  left: "M15 5l-7 7l7 7",
  right: "M9 5l7 7l-7 7",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 12.5l4.5 4.5L19 7.5",
  download: "M12 4v11M7.5 11L12 15.5L16.5 11M5 20h14",
  photo: "M4 8h3l2-3h6l2 3h3v11H4zM12 10a3.2 3.2 0 1 0 0 6.4a3.2 3.2 0 0 0 0-6.4z",
  undo: "M8 5L4 9l4 4M4 9h10a6 6 0 0 1 0 12h-3",
  mark: "M5 5h14v14H5zM5 5v.01",
  person: "M12 4a4 4 0 1 0 0 8a4 4 0 0 0 0-8zM4.5 21a7.5 7.5 0 0 1 15 0",
  paper: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  play: "M7 4.5v15l12-7.5z",
  pause: "M8 5v14M16 5v14",
  sound: "M4 10v4h4l5 4V6L8 10zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11",
  soundOff: "M4 10v4h4l5 4V6L8 10zM16.5 10l4 4M20.5 10l-4 4",
  room: "M3 4h18v3H3zM5 7a7 7 0 0 0 14 0M12 9a1.5 1.5 0 1 0 0 3a1.5 1.5 0 0 0 0-3zM6 20h12",
  pen: "M4 20l1-5L16 4l4 4L9 19zM13.5 6.5l4 4",
  chat: "M4 5h16v11H11l-5 4v-4H4zM8 9h8M8 12.5h5",
  settings:
    "M12 9a3 3 0 1 0 0 6a3 3 0 0 0 0-6zM12 2.5v3M12 18.5v3M2.5 12h3M18.5 12h3M5.3 5.3l2.1 2.1M16.6 16.6l2.1 2.1M5.3 18.7l2.1-2.1M16.6 7.4l2.1-2.1",
  help: "M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18zM9.5 9.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M12 16.5v.01",
  hangUp: "M3 14c0-7 18-7 18 0v2l-5 .5-.5-3c-2-.8-5-.8-7 0l-.5 3L3 16z",
  larger: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  smaller: "M9 4v5H4M20 9h-5V4M15 20v-5h5M4 15h5v5",
  detach: "M3 5h18v14H3zM12 12h7v5h-7z",
  pin: "M9 3h6l-1 6l4 4H6l4-4zM12 13v8",
  grid: "M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z",
} as const;

export type IconName = keyof typeof ICONS;
