/** The element that the page draws into: `#app` where the host made one, else a new one. */
export const mount = (): HTMLElement => {
  const found = document.querySelector<HTMLElement>('#app');
  if (found) return found;
  const made = document.createElement('div');
  made.id = 'app';
  document.body.append(made);
  return made;
};
