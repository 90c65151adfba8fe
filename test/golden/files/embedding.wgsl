@group(0) @binding(0) var<storage, read_write> b0: array<i32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 12u) { return; }
  let i0 = i32(flat / 4u);
  let i1 = i32(flat % 4u);
  var r3: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v5: i32 = (i0 * 5);
  for (var i2 = 0; i2 < 5; i2++) {
    r3 = (r3 + b1[((min(max(b0[(v5 + i2)], 0), 9) * 4) + i1)]);
  }
  let v4: f32 = (r3 / 5f);
  b2[((i0 * 4) + i1)] = v4;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;
@group(0) @binding(4) var<storage, read_write> b4: array<f32>;
@group(0) @binding(5) var<storage, read_write> b5: array<f32>;

var<private> fx_zero: u32 = 0u;

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn fx_sign(x: f32) -> f32 {
  let bits = bitcast<u32>(x);
  let one = bitcast<f32>(0x3f800000u | (bits & 0x80000000u));
  return select(one, x, (bits & 0x7fffffffu) == 0u || fx_is_nan(x));
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
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 1u) { return; }
  let i0 = i32(0u);
  var r2: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r3: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  var r4: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  let v15: i32 = (i0 * 12);
  for (var i1 = 0; i1 < 4; i1++) {
    let v14: i32 = (v15 + i1);
    let v16: f32 = b1[i1];
    r2 = (r2 + (b0[v14] * v16));
    r3 = (r3 + (b0[(v14 + 4)] * v16));
    r4 = (r4 + (b0[(v14 + 8)] * v16));
  }
  let v17: f32 = fx_exp((-abs(r2)));
  let v18: i32 = (i0 * 3);
  let v7: f32 = ((((-0.33333334f) * b4[v18]) + ((-((0.33333334f / (v17 + 1f)) * v17)) * fx_sign(r2))) + select(select(bitcast<f32>(0x00000000u ^ fx_zero), 0.16666667f, (r2 == 0f)), 0.33333334f, (r2 > 0f)));
  let v19: f32 = fx_exp((-abs(r3)));
  let v20: i32 = (v18 + 1);
  let v10: f32 = ((((-0.33333334f) * b4[v20]) + ((-((0.33333334f / (v19 + 1f)) * v19)) * fx_sign(r3))) + select(select(bitcast<f32>(0x00000000u ^ fx_zero), 0.16666667f, (r3 == 0f)), 0.33333334f, (r3 > 0f)));
  let v21: f32 = fx_exp((-abs(r4)));
  let v22: i32 = (v18 + 2);
  let v13: f32 = ((((-0.33333334f) * b4[v22]) + ((-((0.33333334f / (v21 + 1f)) * v21)) * fx_sign(r4))) + select(select(bitcast<f32>(0x00000000u ^ fx_zero), 0.16666667f, (r4 == 0f)), 0.33333334f, (r4 > 0f)));
  b2[v18] = r2;
  b3[v18] = v17;
  b5[v18] = v7;
  b2[v20] = r3;
  b3[v20] = v19;
  b5[v20] = v10;
  b2[v22] = r4;
  b3[v22] = v21;
  b5[v22] = v13;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

var<private> fx_zero: u32 = 0u;

fn fx_nan() -> f32 {
  return bitcast<f32>(0x7fc00000u ^ fx_zero);
}

fn fx_inf() -> f32 {
  return bitcast<f32>(0x7f800000u ^ fx_zero);
}

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn fx_max(a: f32, b: f32) -> f32 {
  let r = select(b, a, a > b || fx_is_nan(a));
  return select(r, bitcast<f32>(bitcast<u32>(a) & bitcast<u32>(b)), a == b);
}

fn fx_log_parts(f: f32, k: f32, c: f32) -> f32 {
  let s = f / (2f + f);
  let z = s * s;
  let w = z * z;
  let r = z * (0.6666666f + w * 0.28498787f) + w * (0.40000972f + w * 0.24279079f);
  let h = 0.5f * f * f;
  return ((s * (h + r) + (k * 9.0580006e-6f + c)) - h + f) + k * 0.69313812f;
}

fn fx_log_split(bits: u32) -> vec2<i32> {
  var u = bits;
  var k = -127;
  if (u < 0x00800000u) {
    u = bitcast<u32>(f32(u));
    k = -276;
  }
  u += 0x004afb0du;
  return vec2<i32>(i32((u & 0x007fffffu) + 0x3f3504f3u), k + i32(u >> 23u));
}

fn fx_log1p(x: f32) -> f32 {
  if (fx_is_nan(x) || abs(x) < 5.9e-8f || bitcast<u32>(x) == 0x7f800000u) { return x; }
  if (x < -1f) { return fx_nan(); }
  if (x == -1f) { return -fx_inf(); }
  if (x > -0.29289f && x < 0.41421f) { return fx_log_parts(x, 0f, 0f); }
  let u = 1f + x;
  let c = select(x - (u - 1f), 1f - (u - x), x >= 1f) / u;
  let parts = fx_log_split(bitcast<u32>(u));
  return fx_log_parts(bitcast<f32>(parts.x) - 1f, f32(parts.y), c);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 1u) { return; }
  var r1: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  for (var i0 = 0; i0 < 3; i0++) {
    let v3: f32 = b0[i0];
    r1 = (r1 + ((fx_max(v3, 0f) + fx_log1p(b1[i0])) - (v3 * b2[i0])));
  }
  let v2: f32 = (r1 / 3f);
  b3[0] = v2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec4<f32>>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 1u) { return; }
  let i0 = i32(0u);
  var r2: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  let v11: i32 = (i0 * 4);
  let q11 = v11 >> 2u;
  for (var i1 = 0; i1 < 3; i1++) {
    let v10: i32 = ((i1 * 4) + v11);
    let q10 = v10 >> 2u;
    let v12: f32 = b1[i1];
    let t0 = b0[q10];
    r2 = (r2 + (vec4<f32>(t0.x, t0.y, t0.z, t0.w) * v12));
  }
  b2[q11] = r2;
}


@group(0) @binding(0) var<storage, read_write> b0: array<i32>;
@group(0) @binding(1) var<storage, read_write> b1: array<i32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 15u) { return; }
  let i0 = i32(flat);
  let v1: i32 = min(max(b0[i0], 0), 9);
  b1[i0] = v1;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<vec4<f32>>;
@group(0) @binding(2) var<storage, read_write> b2: array<vec4<f32>>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 1u) { return; }
  let i0 = i32(0u);
  let i1 = i32(0u);
  var r3: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  var r7: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  var r11: vec4<f32> = vec4<f32>(bitcast<f32>(0x00000000u ^ fx_zero));
  let v28: i32 = (i0 * 3);
  let v27: f32 = b0[v28];
  let v30: i32 = (i1 * 4);
  let q30 = v30 >> 2u;
  let t0 = b1[q30];
  r3 = (r3 + (v27 * t0));
  let v34: f32 = b0[(v28 + 1)];
  r7 = (r7 + (v34 * t0));
  let v35: f32 = b0[(v28 + 2)];
  r11 = (r11 + (v35 * t0));
  let v15: f32 = (r3.x / 5f);
  let v16: f32 = (r3.y / 5f);
  let v17: f32 = (r3.z / 5f);
  let v18: f32 = (r3.w / 5f);
  let v19: f32 = (r7.x / 5f);
  let v20: f32 = (r7.y / 5f);
  let v21: f32 = (r7.z / 5f);
  let v22: f32 = (r7.w / 5f);
  let v23: f32 = (r11.x / 5f);
  let v24: f32 = (r11.y / 5f);
  let v25: f32 = (r11.z / 5f);
  let v26: f32 = (r11.w / 5f);
  let v36: i32 = ((i0 * 12) + v30);
  let q36 = v36 >> 2u;
  b2[q36] = vec4<f32>(v15, v16, v17, v18);
  b2[q36 + 1] = vec4<f32>(v19, v20, v21, v22);
  b2[q36 + 2] = vec4<f32>(v23, v24, v25, v26);
}


@group(0) @binding(0) var<storage, read_write> b0: array<i32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

var<private> fx_zero: u32 = 0u;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 40u) { return; }
  let i0 = i32(flat / 4u);
  let i1 = i32(flat % 4u);
  var r3: f32 = bitcast<f32>(0x00000000u ^ fx_zero);
  for (var i2 = 0; i2 < 15; i2++) {
    r3 = (r3 + select(bitcast<f32>(0x00000000u ^ fx_zero), b1[(((i2 / 5) * 4) + i1)], (b0[i2] == i0)));
  }
  b2[((i0 * 4) + i1)] = r3;
}

