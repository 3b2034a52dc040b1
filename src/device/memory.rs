//! What becomes of memory that tensors leave behind.

/// Keeps freed memory for the tensors to come.
///
/// glibc gives large blocks back to the system at once and gets them again with every page to be
/// cleared, which takes a sixth of a training step at full size. Other allocators are left as they are.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the allocator's settings have no safe form")]
pub fn keep_freed_memory() {
    /// Never gives the end of the heap back.
    const NEVER: libc::c_int = -1;
    // SAFETY: both calls set a number of the allocator under its own lock; no memory is touched.
    unsafe {
        libc::mallopt(libc::M_MMAP_MAX, 0);
        libc::mallopt(libc::M_TRIM_THRESHOLD, NEVER);
    }
}

/// Keeps freed memory for the tensors to come: nothing is known of this system's allocator.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn keep_freed_memory() {}
