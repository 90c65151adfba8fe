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
  var r4: f32 = 0f;
  var r5: f32 = 0f;
  var r6: f32 = 0f;
  var r7: f32 = 0f;
  var r8: f32 = 0f;
  var r9: f32 = 0f;
  var r10: f32 = 0f;
  var r11: f32 = 0f;
  var r12: f32 = 0f;
  var r13: f32 = 0f;
  var r14: f32 = 0f;
  var r15: f32 = 0f;
  var r16: f32 = 0f;
  var r17: f32 = 0f;
  var r18: f32 = 0f;
  var r19: f32 = 0f;
  let v38: i32 = (i0 * 48);
  let v39: i32 = (i1 * 4);
  let v37: i32 = (v38 + (v39 * 8));
  let v42: i32 = (i2 * 4);
  let v41: i32 = (v38 + (v42 * 8));
  let v45: i32 = (v42 + 1);
  let v44: i32 = (v38 + (v45 * 8));
  let v49: i32 = (v42 + 2);
  let v48: i32 = min(v49, 5);
  let v47: i32 = (v38 + (v48 * 8));
  let v53: i32 = (v42 + 3);
  let v52: i32 = min(v53, 5);
  let v51: i32 = (v38 + (v52 * 8));
  let v56: i32 = (v39 + 1);
  let v55: i32 = (v38 + (v56 * 8));
  let v60: i32 = (v39 + 2);
  let v59: i32 = min(v60, 5);
  let v58: i32 = (v38 + (v59 * 8));
  let v64: i32 = (v39 + 3);
  let v63: i32 = min(v64, 5);
  let v62: i32 = (v38 + (v63 * 8));
  for (var i3 = 0; i3 < 8; i3++) {
    let v36: f32 = b0[(v37 + i3)];
    let v40: f32 = b1[(v41 + i3)];
    r4 = (r4 + (v36 * v40));
    let v43: f32 = b1[(v44 + i3)];
    r5 = (r5 + (v36 * v43));
    let v46: f32 = b1[(v47 + i3)];
    r6 = (r6 + (v36 * v46));
    let v50: f32 = b1[(v51 + i3)];
    r7 = (r7 + (v36 * v50));
    let v54: f32 = b0[(v55 + i3)];
    r8 = (r8 + (v54 * v40));
    r9 = (r9 + (v54 * v43));
    r10 = (r10 + (v54 * v46));
    r11 = (r11 + (v54 * v50));
    let v57: f32 = b0[(v58 + i3)];
    r12 = (r12 + (v57 * v40));
    r13 = (r13 + (v57 * v43));
    r14 = (r14 + (v57 * v46));
    r15 = (r15 + (v57 * v50));
    let v61: f32 = b0[(v62 + i3)];
    r16 = (r16 + (v61 * v40));
    r17 = (r17 + (v61 * v43));
    r18 = (r18 + (v61 * v46));
    r19 = (r19 + (v61 * v50));
  }
  let v20: f32 = select((-fx_inf()), (r4 * 0.35355338f), (v39 >= v42));
  let v21: f32 = select((-fx_inf()), (r5 * 0.35355338f), (v39 >= v45));
  let v22: f32 = select((-fx_inf()), (r6 * 0.35355338f), (v39 >= v48));
  let v23: f32 = select((-fx_inf()), (r7 * 0.35355338f), (v39 >= v52));
  let v24: f32 = select((-fx_inf()), (r8 * 0.35355338f), (v56 >= v42));
  let v25: f32 = select((-fx_inf()), (r9 * 0.35355338f), (v56 >= v45));
  let v26: f32 = select((-fx_inf()), (r10 * 0.35355338f), (v56 >= v48));
  let v27: f32 = select((-fx_inf()), (r11 * 0.35355338f), (v56 >= v52));
  let v28: f32 = select((-fx_inf()), (r12 * 0.35355338f), (v59 >= v42));
  let v29: f32 = select((-fx_inf()), (r13 * 0.35355338f), (v59 >= v45));
  let v30: f32 = select((-fx_inf()), (r14 * 0.35355338f), (v59 >= v48));
  let v31: f32 = select((-fx_inf()), (r15 * 0.35355338f), (v59 >= v52));
  let v32: f32 = select((-fx_inf()), (r16 * 0.35355338f), (v63 >= v42));
  let v33: f32 = select((-fx_inf()), (r17 * 0.35355338f), (v63 >= v45));
  let v34: f32 = select((-fx_inf()), (r18 * 0.35355338f), (v63 >= v48));
  let v35: f32 = select((-fx_inf()), (r19 * 0.35355338f), (v63 >= v52));
  let v65: bool = (v39 < 6);
  let v66: bool = (v42 < 6);
  let v68: i32 = (i0 * 36);
  let v67: i32 = (v68 + (v39 * 6));
  if ((v65 & v66)) {
    b2[(v67 + v42)] = v20;
  }
  let v69: bool = (v45 < 6);
  if ((v65 & v69)) {
    b2[(v67 + v45)] = v21;
  }
  let v70: bool = (v49 < 6);
  if ((v65 & v70)) {
    b2[(v67 + v48)] = v22;
  }
  let v71: bool = (v53 < 6);
  if ((v65 & v71)) {
    b2[(v67 + v52)] = v23;
  }
  let v72: bool = (v56 < 6);
  let v73: i32 = (v68 + (v56 * 6));
  if ((v72 & v66)) {
    b2[(v73 + v42)] = v24;
  }
  if ((v72 & v69)) {
    b2[(v73 + v45)] = v25;
  }
  if ((v72 & v70)) {
    b2[(v73 + v48)] = v26;
  }
  if ((v72 & v71)) {
    b2[(v73 + v52)] = v27;
  }
  let v74: bool = (v60 < 6);
  let v75: i32 = (v68 + (v59 * 6));
  if ((v74 & v66)) {
    b2[(v75 + v42)] = v28;
  }
  if ((v74 & v69)) {
    b2[(v75 + v45)] = v29;
  }
  if ((v74 & v70)) {
    b2[(v75 + v48)] = v30;
  }
  if ((v74 & v71)) {
    b2[(v75 + v52)] = v31;
  }
  let v76: bool = (v64 < 6);
  let v77: i32 = (v68 + (v63 * 6));
  if ((v76 & v66)) {
    b2[(v77 + v42)] = v32;
  }
  if ((v76 & v69)) {
    b2[(v77 + v45)] = v33;
  }
  if ((v76 & v70)) {
    b2[(v77 + v48)] = v34;
  }
  if ((v76 & v71)) {
    b2[(v77 + v52)] = v35;
  }
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
  let v4: f32 = select(0f, r3, fx_is_finite(r3));
  b1[((i0 * 6) + i1)] = v4;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

fn fx_exp2i(n: i32) -> f32 {
  return bitcast<f32>(u32(n + 127) << 23u);
}

fn fx_ldexp(x: f32, n: i32) -> f32 {
  let half = n >> 1u;
  return x * fx_exp2i(half) * fx_exp2i(n - half);
}

fn fx_exp_reduce(x: f32) -> vec2<f32> {
  let n = round(x * 1.442695f);
  return vec2<f32>(n, (x - n * 0.69314575f) - n * 1.4286068e-6f);
}

fn fx_exp_tail(r: f32) -> f32 {
  let p = ((((1.98756915e-4f * r + 1.39819995e-3f) * r + 8.33345191e-3f) * r + 4.16657959e-2f) * r + 1.66666655e-1f) * r + 5.00000012e-1f;
  return p * (r * r);
}

fn fx_exp_scaled(x: f32, m: i32) -> f32 {
  let reduced = fx_exp_reduce(clamp(x, -104f, 90f));
  return select(fx_ldexp(1f + (fx_exp_tail(reduced.y) + reduced.y), i32(reduced.x) + m), x, fx_is_nan(x));
}

fn fx_exp(x: f32) -> f32 {
  return fx_exp_scaled(x, 0);
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

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 12u) { return; }
  let i0 = i32(flat / 6u);
  let i1 = i32(flat % 6u);
  var r3: f32 = 0f;
  let v5: i32 = ((i0 * 36) + (i1 * 6));
  for (var i2 = 0; i2 < 6; i2++) {
    r3 = (r3 + b0[(v5 + i2)]);
  }
  b1[((i0 * 6) + i1)] = r3;
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
  let v3: f32 = (b0[v4] / b1[((i0 * 6) + i1)]);
  b2[v4] = v3;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 8u) { return; }
  let i0 = i32(flat / 4u);
  let i1 = i32(flat / 2u % 2u);
  let i2 = i32(flat % 2u);
  var r4: f32 = 0f;
  var r5: f32 = 0f;
  var r6: f32 = 0f;
  var r7: f32 = 0f;
  var r8: f32 = 0f;
  var r9: f32 = 0f;
  var r10: f32 = 0f;
  var r11: f32 = 0f;
  var r12: f32 = 0f;
  var r13: f32 = 0f;
  var r14: f32 = 0f;
  var r15: f32 = 0f;
  var r16: f32 = 0f;
  var r17: f32 = 0f;
  var r18: f32 = 0f;
  var r19: f32 = 0f;
  let v38: i32 = (i0 * 36);
  let v39: i32 = (i1 * 4);
  let v37: i32 = (v38 + (v39 * 6));
  let v42: i32 = (i0 * 48);
  let v43: i32 = (i2 * 4);
  let v45: i32 = (v43 + 1);
  let v47: i32 = (v43 + 2);
  let v49: i32 = (v43 + 3);
  let v52: i32 = (v39 + 1);
  let v51: i32 = (v38 + (v52 * 6));
  let v56: i32 = (v39 + 2);
  let v55: i32 = min(v56, 5);
  let v54: i32 = (v38 + (v55 * 6));
  let v60: i32 = (v39 + 3);
  let v59: i32 = min(v60, 5);
  let v58: i32 = (v38 + (v59 * 6));
  for (var i3 = 0; i3 < 6; i3++) {
    let v36: f32 = b0[(v37 + i3)];
    let v41: i32 = (v42 + (i3 * 8));
    let v40: f32 = b1[(v41 + v43)];
    r4 = (r4 + (v36 * v40));
    let v44: f32 = b1[(v41 + v45)];
    r5 = (r5 + (v36 * v44));
    let v46: f32 = b1[(v41 + v47)];
    r6 = (r6 + (v36 * v46));
    let v48: f32 = b1[(v41 + v49)];
    r7 = (r7 + (v36 * v48));
    let v50: f32 = b0[(v51 + i3)];
    r8 = (r8 + (v50 * v40));
    r9 = (r9 + (v50 * v44));
    r10 = (r10 + (v50 * v46));
    r11 = (r11 + (v50 * v48));
    let v53: f32 = b0[(v54 + i3)];
    r12 = (r12 + (v53 * v40));
    r13 = (r13 + (v53 * v44));
    r14 = (r14 + (v53 * v46));
    r15 = (r15 + (v53 * v48));
    let v57: f32 = b0[(v58 + i3)];
    r16 = (r16 + (v57 * v40));
    r17 = (r17 + (v57 * v44));
    r18 = (r18 + (v57 * v46));
    r19 = (r19 + (v57 * v48));
  }
  let v61: bool = (v39 < 6);
  let v62: i32 = (v42 + (v39 * 8));
  if (v61) {
    b2[(v62 + v43)] = r4;
  }
  if (v61) {
    b2[(v62 + v45)] = r5;
  }
  if (v61) {
    b2[(v62 + v47)] = r6;
  }
  if (v61) {
    b2[(v62 + v49)] = r7;
  }
  let v63: bool = (v52 < 6);
  let v64: i32 = (v42 + (v52 * 8));
  if (v63) {
    b2[(v64 + v43)] = r8;
  }
  if (v63) {
    b2[(v64 + v45)] = r9;
  }
  if (v63) {
    b2[(v64 + v47)] = r10;
  }
  if (v63) {
    b2[(v64 + v49)] = r11;
  }
  let v65: bool = (v56 < 6);
  let v66: i32 = (v42 + (v55 * 8));
  if (v65) {
    b2[(v66 + v43)] = r12;
  }
  if (v65) {
    b2[(v66 + v45)] = r13;
  }
  if (v65) {
    b2[(v66 + v47)] = r14;
  }
  if (v65) {
    b2[(v66 + v49)] = r15;
  }
  let v67: bool = (v60 < 6);
  let v68: i32 = (v42 + (v59 * 8));
  if (v67) {
    b2[(v68 + v43)] = r16;
  }
  if (v67) {
    b2[(v68 + v45)] = r17;
  }
  if (v67) {
    b2[(v68 + v47)] = r18;
  }
  if (v67) {
    b2[(v68 + v49)] = r19;
  }
}

