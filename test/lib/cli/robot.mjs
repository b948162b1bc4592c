import { array, enumeration, f32, f64, record, text, u8, u32, u64 } from 'eshm/record';

export const Pose = record('Pose', { seq: u64, x: f64, y: f64, q: array(f32, 2), frame: text(8) });
export const Command = record('Command', { id: u32, speed: f64, mode: enumeration(u8, { idle: 0, go: 1 }) });
export const version = 1;
