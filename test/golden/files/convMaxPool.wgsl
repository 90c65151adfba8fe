@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 24u) { return; }
  let i0 = i32(flat / 12u);
  let i1 = i32(0u);
  let i2 = i32(flat / 2u % 6u);
  let i3 = i32(flat % 2u);
  var r7: f32 = 0f;
  var r8: f32 = 0f;
  var r9: f32 = 0f;
  var r10: f32 = 0f;
  var r11: f32 = 0f;
  var r12: f32 = 0f;
  var r13: f32 = 0f;
  var r14: f32 = 0f;
  var r15: f32 = 0f;
  let v39: i32 = (i3 * 3);
  let v38: i32 = (v39 + (-1));
  let v37: bool = (v38 >= 0);
  let v42: i32 = (i0 * 36);
  let v43: i32 = max(v38, 0);
  let v46: i32 = (i1 * 27);
  let v59: i32 = (v39 + 3);
  let v58: bool = (v59 < 6);
  let v61: i32 = min(v59, 5);
  for (var i5 = 0; i5 < 3; i5++) {
    let v36: i32 = ((i2 + i5) + (-1));
    let v35: bool = ((v36 >= 0) & (v36 < 6));
    let v34: bool = (v35 & v37);
    let v41: i32 = (v42 + (min(max(v36, 0), 5) * 6));
    let v40: f32 = b0[(v41 + v43)];
    let v45: i32 = (v46 + (i5 * 3));
    let v44: f32 = b1[v45];
    r7 = (r7 + select(0f, (v40 * v44), v34));
    let v48: i32 = (v41 + v39);
    let v47: f32 = b0[v48];
    r8 = (r8 + select(0f, (v47 * v44), v35));
    let v49: f32 = b0[(v48 + 1)];
    r9 = (r9 + select(0f, (v49 * v44), v35));
    let v50: f32 = b1[(v45 + 9)];
    r10 = (r10 + select(0f, (v40 * v50), v34));
    r11 = (r11 + select(0f, (v47 * v50), v35));
    r12 = (r12 + select(0f, (v49 * v50), v35));
    let v51: f32 = b1[(v45 + 18)];
    r13 = (r13 + select(0f, (v40 * v51), v34));
    r14 = (r14 + select(0f, (v47 * v51), v35));
    r15 = (r15 + select(0f, (v49 * v51), v35));
    let v52: f32 = b1[(v45 + 1)];
    r7 = (r7 + select(0f, (v47 * v52), v35));
    r8 = (r8 + select(0f, (v49 * v52), v35));
    let v53: f32 = b0[(v48 + 2)];
    r9 = (r9 + select(0f, (v53 * v52), v35));
    let v54: f32 = b1[(v45 + 10)];
    r10 = (r10 + select(0f, (v47 * v54), v35));
    r11 = (r11 + select(0f, (v49 * v54), v35));
    r12 = (r12 + select(0f, (v53 * v54), v35));
    let v55: f32 = b1[(v45 + 19)];
    r13 = (r13 + select(0f, (v47 * v55), v35));
    r14 = (r14 + select(0f, (v49 * v55), v35));
    r15 = (r15 + select(0f, (v53 * v55), v35));
    let v56: f32 = b1[(v45 + 2)];
    r7 = (r7 + select(0f, (v49 * v56), v35));
    r8 = (r8 + select(0f, (v53 * v56), v35));
    let v57: bool = (v35 & v58);
    let v60: f32 = b0[(v41 + v61)];
    r9 = (r9 + select(0f, (v60 * v56), v57));
    let v62: f32 = b1[(v45 + 11)];
    r10 = (r10 + select(0f, (v49 * v62), v35));
    r11 = (r11 + select(0f, (v53 * v62), v35));
    r12 = (r12 + select(0f, (v60 * v62), v57));
    let v63: f32 = b1[(v45 + 20)];
    r13 = (r13 + select(0f, (v49 * v63), v35));
    r14 = (r14 + select(0f, (v53 * v63), v35));
    r15 = (r15 + select(0f, (v60 * v63), v57));
  }
  let v17: f32 = select(r7, 0f, (r7 <= 0f));
  let v19: f32 = select(r8, 0f, (r8 <= 0f));
  let v21: f32 = select(r9, 0f, (r9 <= 0f));
  let v23: f32 = select(r10, 0f, (r10 <= 0f));
  let v25: f32 = select(r11, 0f, (r11 <= 0f));
  let v27: f32 = select(r12, 0f, (r12 <= 0f));
  let v29: f32 = select(r13, 0f, (r13 <= 0f));
  let v31: f32 = select(r14, 0f, (r14 <= 0f));
  let v33: f32 = select(r15, 0f, (r15 <= 0f));
  let v64: i32 = ((((i0 * 108) + (i1 * 108)) + (i2 * 6)) + v39);
  b2[v64] = r7;
  b3[v64] = v17;
  let v65: i32 = (v64 + 1);
  b2[v65] = r8;
  b3[v65] = v19;
  let v66: i32 = (v64 + 2);
  b2[v66] = r9;
  b3[v66] = v21;
  let v67: i32 = (v64 + 36);
  b2[v67] = r10;
  b3[v67] = v23;
  let v68: i32 = (v64 + 37);
  b2[v68] = r11;
  b3[v68] = v25;
  let v69: i32 = (v64 + 38);
  b2[v69] = r12;
  b3[v69] = v27;
  let v70: i32 = (v64 + 72);
  b2[v70] = r13;
  b3[v70] = v29;
  let v71: i32 = (v64 + 73);
  b2[v71] = r14;
  b3[v71] = v31;
  let v72: i32 = (v64 + 74);
  b2[v72] = r15;
  b3[v72] = v33;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<i32>;

var<private> fx_zero: u32 = 0u;

fn fx_inf() -> f32 {
  return bitcast<f32>(0x7f800000u ^ fx_zero);
}

fn fx_is_nan(x: f32) -> bool {
  return (bitcast<u32>(x) & 0x7fffffffu) > 0x7f800000u;
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 54u) { return; }
  let i0 = i32(flat / 27u);
  let i1 = i32(flat / 9u % 3u);
  let i2 = i32(flat / 3u % 3u);
  let i3 = i32(flat % 3u);
  var r5: f32 = (-fx_inf());
  var r6: i32 = 0;
  let v10: i32 = ((i0 * 108) + (i1 * 36));
  let v11: i32 = (i2 * 2);
  let v12: i32 = (i3 * 2);
  for (var i4 = 0; i4 < 4; i4++) {
    let v9: f32 = b0[((v10 + ((v11 + (i4 / 2)) * 6)) + (v12 + (i4 % 2)))];
    let v8: bool = ((v9 > r5) | (fx_is_nan(v9) & (!fx_is_nan(r5))));
    r6 = select(r6, i4, v8);
    r5 = select(r5, v9, v8);
  }
  b1[((((i0 * 27) + (i1 * 9)) + (i2 * 3)) + i3)] = r6;
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

fn fx_max(a: f32, b: f32) -> f32 {
  let r = select(b, a, a > b || fx_is_nan(a));
  return select(r, bitcast<f32>(bitcast<u32>(a) & bitcast<u32>(b)), a == b);
}

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>) {
  fx_zero = groups.x >> 31u;
  let flat = id.x;
  if (flat >= 54u) { return; }
  let i0 = i32(flat / 27u);
  let i1 = i32(flat / 9u % 3u);
  let i2 = i32(flat / 3u % 3u);
  let i3 = i32(flat % 3u);
  var r5: f32 = (-fx_inf());
  let v7: i32 = ((i0 * 108) + (i1 * 36));
  let v8: i32 = (i2 * 2);
  let v9: i32 = (i3 * 2);
  for (var i4 = 0; i4 < 4; i4++) {
    r5 = fx_max(r5, b0[((v7 + ((v8 + (i4 / 2)) * 6)) + (v9 + (i4 % 2)))]);
  }
  b1[((((i0 * 27) + (i1 * 9)) + (i2 * 3)) + i3)] = r5;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 6u) { return; }
  let i0 = i32(flat / 3u);
  let i1 = i32(flat % 3u);
  var r4: f32 = 0f;
  let v7: i32 = ((i0 * 27) + (i1 * 9));
  for (var i2 = 0; i2 < 3; i2++) {
    let v6: i32 = (v7 + (i2 * 3));
    for (var i3 = 0; i3 < 3; i3++) {
      r4 = (r4 + b0[(v6 + i3)]);
    }
  }
  let v9: i32 = ((i0 * 3) + i1);
  let v8: f32 = (0.16666667f * ((r4 / 9f) - b1[v9]));
  let v5: f32 = ((v8 + v8) / 9f);
  b2[v9] = v5;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<i32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;
@group(0) @binding(3) var<storage, read_write> b3: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 216u) { return; }
  let i0 = i32(flat / 108u);
  let i1 = i32(flat / 36u % 3u);
  let i2 = i32(flat / 6u % 6u);
  let i3 = i32(flat % 6u);
  let v5: i32 = ((((i0 * 108) + (i1 * 36)) + (i2 * 6)) + i3);
  let v4: f32 = select(select(0f, b2[((i0 * 3) + i1)], (b1[((((i0 * 27) + (i1 * 9)) + ((i2 / 2) * 3)) + (i3 / 2))] == (((i2 % 2) * 2) + (i3 % 2)))), 0f, (b0[v5] <= 0f));
  b3[v5] = v4;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 3u) { return; }
  let i0 = i32(0u);
  let i1 = i32(flat);
  let i2 = i32(0u);
  var r6: f32 = 0f;
  var r7: f32 = 0f;
  var r8: f32 = 0f;
  var r9: f32 = 0f;
  var r10: f32 = 0f;
  var r11: f32 = 0f;
  var r12: f32 = 0f;
  var r13: f32 = 0f;
  var r14: f32 = 0f;
  let v29: i32 = (i2 * 3);
  let v37: i32 = (i0 * 108);
  for (var i3 = 0; i3 < 2; i3++) {
    let v32: i32 = (i3 * 36);
    let v36: i32 = ((i3 * 108) + v37);
    for (var i4 = 0; i4 < 6; i4++) {
      let v26: i32 = ((i1 + i4) + (-1));
      let v25: bool = ((v26 >= 0) & (v26 < 6));
      let v31: i32 = (v32 + (min(max(v26, 0), 5) * 6));
      let v35: i32 = (v36 + (i4 * 6));
      for (var i5 = 0; i5 < 6; i5++) {
        let v28: i32 = (v29 + i5);
        let v27: i32 = (v28 + (-1));
        let v24: bool = (v25 & (v27 >= 0));
        let v30: f32 = b0[(v31 + max(v27, 0))];
        let v34: i32 = (v35 + i5);
        let v33: f32 = b1[v34];
        r6 = (r6 + select(0f, (v30 * v33), v24));
        let v38: f32 = b0[(v31 + v28)];
        r7 = (r7 + select(0f, (v38 * v33), v25));
        let v40: i32 = (v28 + 1);
        let v39: bool = (v25 & (v40 < 6));
        let v41: f32 = b0[(v31 + min(v40, 5))];
        r8 = (r8 + select(0f, (v41 * v33), v39));
        let v42: f32 = b1[(v34 + 36)];
        r9 = (r9 + select(0f, (v30 * v42), v24));
        r10 = (r10 + select(0f, (v38 * v42), v25));
        r11 = (r11 + select(0f, (v41 * v42), v39));
        let v43: f32 = b1[(v34 + 72)];
        r12 = (r12 + select(0f, (v30 * v43), v24));
        r13 = (r13 + select(0f, (v38 * v43), v25));
        r14 = (r14 + select(0f, (v41 * v43), v39));
      }
    }
  }
  let v44: i32 = (((i0 * 27) + (i1 * 3)) + v29);
  b2[v44] = r6;
  b2[(v44 + 1)] = r7;
  b2[(v44 + 2)] = r8;
  b2[(v44 + 9)] = r9;
  b2[(v44 + 10)] = r10;
  b2[(v44 + 11)] = r11;
  b2[(v44 + 18)] = r12;
  b2[(v44 + 19)] = r13;
  b2[(v44 + 20)] = r14;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 27u) { return; }
  let i0 = i32(flat / 9u);
  let i1 = i32(flat / 3u % 3u);
  let i2 = i32(flat % 3u);
  let v4: i32 = (((i0 * 9) + (i1 * 3)) + i2);
  let v3: f32 = b0[v4];
  b1[v4] = v3;
}

