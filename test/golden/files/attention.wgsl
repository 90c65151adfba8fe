@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

var<private> fx_zero: u32 = 0u;

fn fx_inf() -> f32 {
  return bitcast<f32>(0x7f800000u ^ fx_zero);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 8u) { return; }
  let i0 = i32(flat / 4u);
  let i1 = i32(flat / 2u % 2u);
  let i2 = i32(flat % 2u);
  var r4: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r5: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r6: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r7: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r8: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r9: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r10: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r11: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r12: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v25: i32 = (i0 * 48);
  let v24: i32 = (v25 + (i1 * 24));
  let v28: i32 = (v25 + (i2 * 24));
  for (var i3 = 0; i3 < 8; i3++) {
    let v23: i32 = (v24 + i3);
    let v22: f32 = b0[v23];
    let v27: i32 = (v28 + i3);
    let v26: f32 = b1[v27];
    r4 = (r4 + (v22 * v26));
    let v29: f32 = b1[(v27 + 8)];
    r5 = (r5 + (v22 * v29));
    let v30: f32 = b1[(v27 + 16)];
    r6 = (r6 + (v22 * v30));
    let v31: f32 = b0[(v23 + 8)];
    r7 = (r7 + (v31 * v26));
    r8 = (r8 + (v31 * v29));
    r9 = (r9 + (v31 * v30));
    let v32: f32 = b0[(v23 + 16)];
    r10 = (r10 + (v32 * v26));
    r11 = (r11 + (v32 * v29));
    r12 = (r12 + (v32 * v30));
  }
  let v33: i32 = (i1 * 3);
  let v34: i32 = (i2 * 3);
  let v13: f32 = select((-fx_inf()), (r4 * 0.35355338f), (v33 >= v34));
  let v35: i32 = (v34 + 1);
  let v14: f32 = select((-fx_inf()), (r5 * 0.35355338f), (v33 >= v35));
  let v36: i32 = (v34 + 2);
  let v15: f32 = select((-fx_inf()), (r6 * 0.35355338f), (v33 >= v36));
  let v37: i32 = (v33 + 1);
  let v16: f32 = select((-fx_inf()), (r7 * 0.35355338f), (v37 >= v34));
  let v17: f32 = select((-fx_inf()), (r8 * 0.35355338f), (v37 >= v35));
  let v18: f32 = select((-fx_inf()), (r9 * 0.35355338f), (v37 >= v36));
  let v38: i32 = (v33 + 2);
  let v19: f32 = select((-fx_inf()), (r10 * 0.35355338f), (v38 >= v34));
  let v20: f32 = select((-fx_inf()), (r11 * 0.35355338f), (v38 >= v35));
  let v21: f32 = select((-fx_inf()), (r12 * 0.35355338f), (v38 >= v36));
  let v39: i32 = (((i0 * 36) + (i1 * 18)) + v34);
  b2[v39] = v13;
  b2[(v39 + 1)] = v14;
  b2[(v39 + 2)] = v15;
  b2[(v39 + 6)] = v16;
  b2[(v39 + 7)] = v17;
  b2[(v39 + 8)] = v18;
  b2[(v39 + 12)] = v19;
  b2[(v39 + 13)] = v20;
  b2[(v39 + 14)] = v21;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

var<private> fx_zero: u32 = 0u;

fn fx_inf() -> f32 {
  return bitcast<f32>(0x7f800000u ^ fx_zero);
}

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn fx_is_finite(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7f800000u) != 0x7f800000u;
}

fn fx_max(a: f32, b: f32) -> f32 {
  let r = select(b, a, a > b || fx_is_nan(a));
  return select(r, bitcast<f32>(bitcast<u32>(a) & bitcast<u32>(b)), a == b);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 12u) { return; }
  let i0 = i32(flat / 6u);
  let i1 = i32(flat % 6u);
  var r3: f32 = (-fx_inf());
  let v5: i32 = ((i0 * 36) + (i1 * 6));
  for (var i2 = 0; i2 < 6; i2++) {
    r3 = fx_max(r3, b0[(v5 + i2)]);
  }
  let v4: f32 = select(bitcast<f32>(0x00000000u ^ fx_zero), r3, fx_is_finite(r3));
  b1[((i0 * 6) + i1)] = v4;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn fx_nearest(x: f32) -> i32 {
  return bitcast<i32>(x + 12582912f) - 0x4b400000;
}

fn fx_exp_rest(x: f32, n: f32) -> f32 {
  return (x - n * 0.69314575f) - n * 1.4286068e-6f;
}

fn fx_exp_tail(r: f32) -> f32 {
  let p = (((1.386842e-3f * r + 8.366434e-3f) * r + 4.166746e-2f) * r + 1.6666545e-1f) * r + 4.9999997e-1f;
  return p * (r * r);
}

fn fx_exp_part(x: f32, n: f32) -> f32 {
  let r = fx_exp_rest(x, n);
  return fx_exp_tail(r) + r;
}

fn fx_exp(x: f32) -> f32 {
  let t = clamp(x, -88f, 89f);
  let n = fx_nearest(t * 1.442695f);
  let bits = bitcast<i32>(1f + fx_exp_part(t, f32(n))) + (n << 23u);
  let e = bitcast<f32>(select(min(bits, 0x7f800000), 0, bits < 0x00800000));
  return select(e, x, fx_is_nan(x));
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 72u) { return; }
  let i0 = i32(flat / 36u);
  let i1 = i32(flat / 6u % 6u);
  let i2 = i32(flat % 6u);
  let v4: i32 = (((i0 * 36) + (i1 * 6)) + i2);
  let v3: f32 = fx_exp((b0[v4] - b1[((i0 * 6) + i1)]));
  b2[v4] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 12u) { return; }
  let i0 = i32(flat / 6u);
  let i1 = i32(flat % 6u);
  var r3: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v5: i32 = ((i0 * 36) + (i1 * 6));
  for (var i2 = 0; i2 < 6; i2++) {
    r3 = (r3 + b0[(v5 + i2)]);
  }
  let v4: f32 = (1f / r3);
  b1[((i0 * 6) + i1)] = v4;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 72u) { return; }
  let i0 = i32(flat / 36u);
  let i1 = i32(flat / 6u % 6u);
  let i2 = i32(flat % 6u);
  let v4: i32 = (((i0 * 36) + (i1 * 6)) + i2);
  let v3: f32 = (b0[v4] * b1[((i0 * 6) + i1)]);
  b2[v4] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec4<f32>>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 8u) { return; }
  let i0 = i32(flat / 4u);
  let i1 = i32(flat / 2u % 2u);
  let i2 = i32(flat % 2u);
  var r4: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  var r8: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  var r12: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  let v30: i32 = ((i0 * 36) + (i1 * 18));
  let v33: i32 = (i0 * 48);
  let v34: i32 = (i2 * 4);
  for (var i3 = 0; i3 < 6; i3++) {
    let v29: i32 = (v30 + i3);
    let v28: f32 = b0[v29];
    let v32: i32 = ((v33 + (i3 * 8)) + v34);
    let q32 = v32 >> 2u;
    let t0 = b1[q32];
    r4 = (r4 + (v28 * t0));
    let v38: f32 = b0[(v29 + 6)];
    r8 = (r8 + (v38 * t0));
    let v39: f32 = b0[(v29 + 12)];
    r12 = (r12 + (v39 * t0));
  }
  let v40: i32 = ((v33 + (i1 * 24)) + v34);
  let q40 = v40 >> 2u;
  b2[q40] = r4;
  b2[q40 + 2] = r8;
  b2[q40 + 4] = r12;
}

