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
  var r16: f32 = 0f;
  var r17: f32 = 0f;
  var r18: f32 = 0f;
  let v48: i32 = (i3 * 4);
  let v47: i32 = (v48 + (-1));
  let v46: bool = (v47 >= 0);
  let v51: i32 = (i0 * 36);
  let v52: i32 = max(v47, 0);
  let v55: i32 = (i1 * 27);
  let v61: i32 = (v48 + 2);
  let v60: i32 = min(v61, 5);
  let v65: i32 = (v48 + 3);
  let v64: i32 = min(v65, 5);
  let v76: bool = (v61 < 6);
  let v79: i32 = (v60 + 1);
  let v78: bool = (v79 < 6);
  let v81: i32 = min(v79, 5);
  let v84: i32 = (v64 + 1);
  let v83: bool = (v84 < 6);
  let v86: i32 = min(v84, 5);
  for (var i5 = 0; i5 < 3; i5++) {
    let v45: i32 = ((i2 + i5) + (-1));
    let v44: bool = ((v45 >= 0) & (v45 < 6));
    let v43: bool = (v44 & v46);
    let v50: i32 = (v51 + (min(max(v45, 0), 5) * 6));
    let v49: f32 = b0[(v50 + v52)];
    let v54: i32 = (v55 + (i5 * 3));
    let v53: f32 = b1[v54];
    r7 = (r7 + select(0f, (v49 * v53), v43));
    let v57: i32 = (v50 + v48);
    let v56: f32 = b0[v57];
    r8 = (r8 + select(0f, (v56 * v53), v44));
    let v59: i32 = (v50 + v60);
    let v58: f32 = b0[(v59 + (-1))];
    r9 = (r9 + select(0f, (v58 * v53), v44));
    let v63: i32 = (v50 + v64);
    let v62: f32 = b0[(v63 + (-1))];
    r10 = (r10 + select(0f, (v62 * v53), v44));
    let v66: f32 = b1[(v54 + 9)];
    r11 = (r11 + select(0f, (v49 * v66), v43));
    r12 = (r12 + select(0f, (v56 * v66), v44));
    r13 = (r13 + select(0f, (v58 * v66), v44));
    r14 = (r14 + select(0f, (v62 * v66), v44));
    let v67: f32 = b1[(v54 + 18)];
    r15 = (r15 + select(0f, (v49 * v67), v43));
    r16 = (r16 + select(0f, (v56 * v67), v44));
    r17 = (r17 + select(0f, (v58 * v67), v44));
    r18 = (r18 + select(0f, (v62 * v67), v44));
    let v68: f32 = b1[(v54 + 1)];
    r7 = (r7 + select(0f, (v56 * v68), v44));
    let v69: f32 = b0[(v57 + 1)];
    r8 = (r8 + select(0f, (v69 * v68), v44));
    let v70: f32 = b0[v59];
    r9 = (r9 + select(0f, (v70 * v68), v44));
    let v71: f32 = b0[v63];
    r10 = (r10 + select(0f, (v71 * v68), v44));
    let v72: f32 = b1[(v54 + 10)];
    r11 = (r11 + select(0f, (v56 * v72), v44));
    r12 = (r12 + select(0f, (v69 * v72), v44));
    r13 = (r13 + select(0f, (v70 * v72), v44));
    r14 = (r14 + select(0f, (v71 * v72), v44));
    let v73: f32 = b1[(v54 + 19)];
    r15 = (r15 + select(0f, (v56 * v73), v44));
    r16 = (r16 + select(0f, (v69 * v73), v44));
    r17 = (r17 + select(0f, (v70 * v73), v44));
    r18 = (r18 + select(0f, (v71 * v73), v44));
    let v74: f32 = b1[(v54 + 2)];
    r7 = (r7 + select(0f, (v69 * v74), v44));
    let v75: bool = (v44 & v76);
    r8 = (r8 + select(0f, (v70 * v74), v75));
    let v77: bool = (v44 & v78);
    let v80: f32 = b0[(v50 + v81)];
    r9 = (r9 + select(0f, (v80 * v74), v77));
    let v82: bool = (v44 & v83);
    let v85: f32 = b0[(v50 + v86)];
    r10 = (r10 + select(0f, (v85 * v74), v82));
    let v87: f32 = b1[(v54 + 11)];
    r11 = (r11 + select(0f, (v69 * v87), v44));
    r12 = (r12 + select(0f, (v70 * v87), v75));
    r13 = (r13 + select(0f, (v80 * v87), v77));
    r14 = (r14 + select(0f, (v85 * v87), v82));
    let v88: f32 = b1[(v54 + 20)];
    r15 = (r15 + select(0f, (v69 * v88), v44));
    r16 = (r16 + select(0f, (v70 * v88), v75));
    r17 = (r17 + select(0f, (v80 * v88), v77));
    r18 = (r18 + select(0f, (v85 * v88), v82));
  }
  let v20: f32 = select(r7, 0f, (r7 <= 0f));
  let v22: f32 = select(r8, 0f, (r8 <= 0f));
  let v24: f32 = select(r9, 0f, (r9 <= 0f));
  let v26: f32 = select(r10, 0f, (r10 <= 0f));
  let v28: f32 = select(r11, 0f, (r11 <= 0f));
  let v30: f32 = select(r12, 0f, (r12 <= 0f));
  let v32: f32 = select(r13, 0f, (r13 <= 0f));
  let v34: f32 = select(r14, 0f, (r14 <= 0f));
  let v36: f32 = select(r15, 0f, (r15 <= 0f));
  let v38: f32 = select(r16, 0f, (r16 <= 0f));
  let v40: f32 = select(r17, 0f, (r17 <= 0f));
  let v42: f32 = select(r18, 0f, (r18 <= 0f));
  let v89: bool = (v48 < 6);
  let v91: i32 = (((i0 * 108) + (i1 * 108)) + (i2 * 6));
  let v90: i32 = (v91 + v48);
  if (v89) {
    b2[v90] = r7;
    b3[v90] = v20;
  }
  let v92: bool = ((v48 + 1) < 6);
  let v93: i32 = (v90 + 1);
  if (v92) {
    b2[v93] = r8;
    b3[v93] = v22;
  }
  let v94: i32 = (v91 + v60);
  if (v76) {
    b2[v94] = r9;
    b3[v94] = v24;
  }
  let v95: bool = (v65 < 6);
  let v96: i32 = (v91 + v64);
  if (v95) {
    b2[v96] = r10;
    b3[v96] = v26;
  }
  let v97: i32 = (v90 + 36);
  if (v89) {
    b2[v97] = r11;
    b3[v97] = v28;
  }
  let v98: i32 = (v90 + 37);
  if (v92) {
    b2[v98] = r12;
    b3[v98] = v30;
  }
  let v99: i32 = (v94 + 36);
  if (v76) {
    b2[v99] = r13;
    b3[v99] = v32;
  }
  let v100: i32 = (v96 + 36);
  if (v95) {
    b2[v100] = r14;
    b3[v100] = v34;
  }
  let v101: i32 = (v90 + 72);
  if (v89) {
    b2[v101] = r15;
    b3[v101] = v36;
  }
  let v102: i32 = (v90 + 73);
  if (v92) {
    b2[v102] = r16;
    b3[v102] = v38;
  }
  let v103: i32 = (v94 + 72);
  if (v76) {
    b2[v103] = r17;
    b3[v103] = v40;
  }
  let v104: i32 = (v96 + 72);
  if (v95) {
    b2[v104] = r18;
    b3[v104] = v42;
  }
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


@group(0) @binding(0) var<storage, read_write> b0: array<i32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 216u) { return; }
  let i0 = i32(flat / 108u);
  let i1 = i32(flat / 36u % 3u);
  let i2 = i32(flat / 12u % 3u);
  let i3 = i32(flat / 4u % 3u);
  let i4 = i32(flat % 4u);
  let v5: f32 = select(0f, b1[((i0 * 3) + i1)], (b0[((((i0 * 27) + (i1 * 9)) + (i2 * 3)) + i3)] == i4));
  b2[(((((i0 * 108) + (i1 * 36)) + (i2 * 12)) + (i3 * 4)) + i4)] = v5;
}


@group(0) @binding(0) var<storage, read_write> b0: array<f32>;
@group(0) @binding(1) var<storage, read_write> b1: array<f32>;
@group(0) @binding(2) var<storage, read_write> b2: array<f32>;

@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let flat = id.x;
  if (flat >= 216u) { return; }
  let i0 = i32(flat / 108u);
  let i1 = i32(flat / 36u % 3u);
  let i2 = i32(flat / 6u % 6u);
  let i3 = i32(flat % 6u);
  var r6: f32 = 0f;
  let v12: i32 = ((i0 * 108) + (i1 * 36));
  for (var i4 = 0; i4 < 2; i4++) {
    let v9: i32 = (i2 - i4);
    let v8: bool = (((v9 >= 0) & (v9 < 5)) & ((v9 % 2) == 0));
    let v11: i32 = (v12 + (min(max((v9 / 2), 0), 2) * 12));
    let v13: i32 = (i4 * 2);
    for (var i5 = 0; i5 < 2; i5++) {
      let v10: i32 = (i3 - i5);
      r6 = (r6 + select(0f, b0[(((v11 + (min(max((v10 / 2), 0), 2) * 4)) + v13) + i5)], (v8 & (((v10 >= 0) & (v10 < 5)) & ((v10 % 2) == 0)))));
    }
  }
  let v14: i32 = ((v12 + (i2 * 6)) + i3);
  let v7: f32 = select(r6, 0f, (b1[v14] <= 0f));
  b2[v14] = v7;
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

