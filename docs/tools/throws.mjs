import { CommentTag, Converter } from 'typedoc';

/**
 * A plugin for typedoc, which reads the type in `@throws {RangeError} for ...` and then does not show it: here what a
 * function throws becomes one list, with the type before each reason.
 *
 * @param {import('typedoc').Application} app
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_END, ({ project }) => {
    for (const { comment } of Object.values(project.reflections)) {
      const reasons = comment?.getTags('@throws') ?? [];
      if (reasons.length === 0) continue;
      comment.removeTags('@throws');
      comment.blockTags.push(new CommentTag('@throws', reasons.flatMap(listItem)));
    }
  });
}

/** @param {CommentTag} reason */
function listItem({ typeAnnotation, content }) {
  const type = typeAnnotation ? `\`${typeAnnotation.slice(1, -1)}\` ` : '';
  return [{ kind: 'text', text: `- ${type}` }, ...content.map(indented), { kind: 'text', text: '\n' }];
}

/** Lines after the first stay within the item. */
function indented(part) {
  return { ...part, text: part.text.replaceAll('\n', '\n  ') };
}
