;; The two loops that touch every byte of a remote-write 1.0 body: snappy's block format, and the hash of label bytes.
;; `npm run build:wasm` makes block.wasm of it; block.ts is its door and says how memory is laid out.
;; Loads and stores may reach up to 16 bytes beyond their range: the layout leaves that room, and nobody reads it.
(module
  (memory (export "memory") 194)
  ;; Secret odd factors and seeds, set once by the host.
  (global $k1 (mut i64) (i64.const 1))
  (global $k2 (mut i64) (i64.const 1))
  (global $k3 (mut i64) (i64.const 1))
  (global $k4 (mut i64) (i64.const 1))
  (global $seed1 (mut i64) (i64.const 0))
  (global $seed2 (mut i64) (i64.const 0))

  ;; Takes six words from address 0.
  (func (export "key")
    (global.set $k1 (i64.or (i64.load (i32.const 0)) (i64.const 1)))
    (global.set $k2 (i64.or (i64.load (i32.const 8)) (i64.const 1)))
    (global.set $k3 (i64.or (i64.load (i32.const 16)) (i64.const 1)))
    (global.set $k4 (i64.or (i64.load (i32.const 24)) (i64.const 1)))
    (global.set $seed1 (i64.load (i32.const 32)))
    (global.set $seed2 (i64.load (i32.const 40))))

  ;; Decompresses input $from … $end to exactly $length bytes at $out; 1, or 0 when the block is not valid.
  (func (export "decompress") (param $from i32) (param $end i32) (param $out i32) (param $length i32) (result i32)
    (local $to i32) (local $to_end i32) (local $tag i32) (local $size i32) (local $offset i32) (local $source i32)
    (local $stop i32) (local $bytes i32)
    (local.set $to (local.get $out))
    (local.set $to_end (i32.add (local.get $out) (local.get $length)))
    (block $invalid
      (loop $next
        (if (i32.ge_u (local.get $from) (local.get $end))
          (then (return (i32.eq (local.get $to) (local.get $to_end)))))
        (local.set $tag (i32.load8_u (local.get $from)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (local.set $size (i32.shr_u (local.get $tag) (i32.const 2)))
        (if (i32.eqz (i32.and (local.get $tag) (i32.const 3)))
          (then
            ;; A literal; sizes from 60 on say in how many bytes the size follows.
            (if (i32.ge_u (local.get $size) (i32.const 60))
              (then
                (local.set $bytes (i32.sub (local.get $size) (i32.const 59)))
                (br_if $invalid (i32.gt_u (local.get $bytes) (i32.sub (local.get $end) (local.get $from))))
                (local.set $size
                  (i32.and
                    (i32.load (local.get $from))
                    (i32.shr_u (i32.const -1) (i32.sub (i32.const 32) (i32.shl (local.get $bytes) (i32.const 3))))))
                (local.set $from (i32.add (local.get $from) (local.get $bytes)))))
            ;; $size is one less than the size here: no overflow.
            (br_if $invalid (i32.ge_u (local.get $size) (i32.sub (local.get $end) (local.get $from))))
            (br_if $invalid (i32.ge_u (local.get $size) (i32.sub (local.get $to_end) (local.get $to))))
            (local.set $size (i32.add (local.get $size) (i32.const 1)))
            (local.set $source (local.get $from))
            (local.set $from (i32.add (local.get $from) (local.get $size)))
            (local.set $stop (i32.add (local.get $to) (local.get $size)))
            (loop $copy
              (v128.store align=1 (local.get $to) (v128.load align=1 (local.get $source)))
              (local.set $source (i32.add (local.get $source) (i32.const 16)))
              (local.set $to (i32.add (local.get $to) (i32.const 16)))
              (br_if $copy (i32.lt_u (local.get $to) (local.get $stop))))
            (local.set $to (local.get $stop))
            (br $next)))
        ;; A copy of what was written before, in three encodings.
        (if (i32.eq (i32.and (local.get $tag) (i32.const 3)) (i32.const 1))
          (then
            (br_if $invalid (i32.ge_u (local.get $from) (local.get $end)))
            (local.set $size (i32.add (i32.and (local.get $size) (i32.const 7)) (i32.const 4)))
            (local.set $offset
              (i32.or
                (i32.shl (i32.shr_u (local.get $tag) (i32.const 5)) (i32.const 8))
                (i32.load8_u (local.get $from))))
            (local.set $from (i32.add (local.get $from) (i32.const 1))))
          (else
            (local.set $size (i32.add (local.get $size) (i32.const 1)))
            (if (i32.eq (i32.and (local.get $tag) (i32.const 3)) (i32.const 2))
              (then
                (br_if $invalid (i32.gt_u (i32.const 2) (i32.sub (local.get $end) (local.get $from))))
                (local.set $offset (i32.load16_u align=1 (local.get $from)))
                (local.set $from (i32.add (local.get $from) (i32.const 2))))
              (else
                (br_if $invalid (i32.gt_u (i32.const 4) (i32.sub (local.get $end) (local.get $from))))
                (local.set $offset (i32.load align=1 (local.get $from)))
                (local.set $from (i32.add (local.get $from) (i32.const 4)))))))
        (br_if $invalid (i32.eqz (local.get $offset)))
        (br_if $invalid (i32.gt_u (local.get $offset) (i32.sub (local.get $to) (local.get $out))))
        (br_if $invalid (i32.gt_u (local.get $size) (i32.sub (local.get $to_end) (local.get $to))))
        (local.set $source (i32.sub (local.get $to) (local.get $offset)))
        (local.set $stop (i32.add (local.get $to) (local.get $size)))
        (if (i32.ge_u (local.get $offset) (i32.const 16))
          (then
            (loop $copy
              (v128.store align=1 (local.get $to) (v128.load align=1 (local.get $source)))
              (local.set $source (i32.add (local.get $source) (i32.const 16)))
              (local.set $to (i32.add (local.get $to) (i32.const 16)))
              (br_if $copy (i32.lt_u (local.get $to) (local.get $stop)))))
          (else
            ;; It overlaps what it writes: a pattern.
            (loop $copy
              (i32.store8 (local.get $to) (i32.load8_u (local.get $source)))
              (local.set $source (i32.add (local.get $source) (i32.const 1)))
              (local.set $to (i32.add (local.get $to) (i32.const 1)))
              (br_if $copy (i32.lt_u (local.get $to) (local.get $stop))))))
        (local.set $to (local.get $stop))
        (br $next)))
    (i32.const 0))

  (func $mix (param $state i64) (param $word i64) (param $first i64) (param $second i64) (result i64)
    (local $x i64)
    (local.set $x (i64.mul (i64.xor (local.get $state) (local.get $word)) (local.get $first)))
    (i64.mul (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 32))) (local.get $second)))

  ;; The first $count (0 to 8) bytes at an address as a word.
  (func $part (param $at i32) (param $count i32) (result i64)
    (if (result i64) (i32.eqz (local.get $count))
      (then (i64.const 0))
      (else
        (i64.and
          (i64.load align=1 (local.get $at))
          (i64.shr_u
            (i64.const -1)
            (i64.extend_i32_u (i32.sub (i32.const 64) (i32.shl (local.get $count) (i32.const 3)))))))))

  ;; Hashes $start … $end; the result is at address 0.
  (func $hash (export "hash") (param $start i32) (param $end i32)
    (local $a i64) (local $b i64) (local $at i32) (local $left i32)
    (local.set $a (global.get $seed1))
    (local.set $b (global.get $seed2))
    (local.set $at (local.get $start))
    (block $done
      (loop $next
        (br_if $done (i32.lt_u (i32.sub (local.get $end) (local.get $at)) (i32.const 16)))
        (local.set $a (call $mix (local.get $a) (i64.load align=1 (local.get $at)) (global.get $k1) (global.get $k3)))
        (local.set $b (call $mix (local.get $b) (i64.load offset=8 align=1 (local.get $at)) (global.get $k2) (global.get $k4)))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $next)))
    (local.set $left (i32.sub (local.get $end) (local.get $at)))
    (if (i32.gt_u (local.get $left) (i32.const 8))
      (then
        (local.set $a (call $mix (local.get $a) (i64.load align=1 (local.get $at)) (global.get $k1) (global.get $k3)))
        (local.set $b
          (call $mix
            (local.get $b)
            (call $part (i32.add (local.get $at) (i32.const 8)) (i32.sub (local.get $left) (i32.const 8)))
            (global.get $k2)
            (global.get $k4))))
      (else
        (local.set $a
          (call $mix (local.get $a) (call $part (local.get $at) (local.get $left)) (global.get $k1) (global.get $k3)))))
    ;; The number of bytes, and each half on the other.
    (local.set $a
      (call $mix
        (i64.xor (local.get $a) (i64.extend_i32_u (i32.sub (local.get $end) (local.get $start))))
        (local.get $b)
        (global.get $k2)
        (global.get $k3)))
    (local.set $a (call $mix (local.get $a) (i64.rotl (local.get $b) (i64.const 32)) (global.get $k4) (global.get $k1)))
    (i64.store (i32.const 0) (i64.xor (local.get $a) (i64.shr_u (local.get $a) (i64.const 32)))))

  ;; Passes over the labels (field 1) at the beginning of a TimeSeries and hashes them. Gives where they end; -1 when one
  ;; is longer than two bytes of length can say, or reaches beyond the series.
  (func (export "labels") (param $start i32) (param $end i32) (result i32)
    (local $at i32) (local $length i32) (local $upper i32)
    (local.set $at (local.get $start))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
        (br_if $done (i32.ne (i32.load8_u (local.get $at)) (i32.const 0x0a)))
        (local.set $length (i32.load8_u offset=1 (local.get $at)))
        (if (i32.lt_u (local.get $length) (i32.const 0x80))
          (then (local.set $at (i32.add (local.get $at) (i32.add (local.get $length) (i32.const 2)))))
          (else
            (local.set $upper (i32.load8_u offset=2 (local.get $at)))
            (if (i32.ge_u (local.get $upper) (i32.const 0x80)) (then (return (i32.const -1))))
            (local.set $at
              (i32.add
                (local.get $at)
                (i32.add
                  (i32.const 3)
                  (i32.or
                    (i32.and (local.get $length) (i32.const 0x7f))
                    (i32.shl (local.get $upper) (i32.const 7))))))))
        (br $next)))
    (if (i32.gt_u (local.get $at) (local.get $end)) (then (return (i32.const -1))))
    (call $hash (local.get $start) (local.get $at))
    (local.get $at)))
