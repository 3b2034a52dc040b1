use super::*;
use crate::models::BatchNormConfig;
use burn::tensor::Device;

fn tiny(config: VideoResNetConfig) -> VideoResNetConfig {
    VideoResNetConfig { width: 4, layers: [1; 4], norm: BatchNormConfig::default(), ..config }
}

#[test]
fn what_is_kept_decides_the_shape() {
    use LastModule::{Avgpool, Layer1, Layer2, Layer3, Layer4, Stem};
    let device = Device::default();
    for (last, expected) in [
        (Stem, [1, 4, 5, 16, 16]),
        (Layer1, [1, 4, 5, 16, 16]),
        (Layer2, [1, 8, 3, 8, 8]),
        (Layer3, [1, 16, 2, 4, 4]),
        (Layer4, [1, 32, 1, 2, 2]),
        (Avgpool, [1, 32, 1, 1, 1]),
    ] {
        let config = VideoResNetConfig { last, ..tiny(VideoResNetConfig::r3d_18()) };
        let maps = config.init(&device).forward(Tensor::ones([1, 3, 5, 32, 32], &device));
        assert_eq!(maps.dims(), expected, "{last:?}");
        assert_eq!([config.output_dim(), config.output_len(5)], expected[1..3], "{last:?}");
    }
}

#[test]
fn every_kind_runs() {
    let device = Device::default();
    for (config, width) in [
        (VideoResNetConfig::r2plus1d_18(), 32),
        (VideoResNetConfig::r2plus1d_34(true), 32),
        (VideoResNetConfig::r2plus1d_152(), 128),
        (VideoResNetConfig::ir_csn_152(), 128),
        (VideoResNetConfig::ip_csn_50(), 128),
    ] {
        let pooled = if config.stem.pool { 1 } else { 2 };
        let net = tiny(config).init(&device);
        let maps = net.forward(Tensor::ones([1, 3, 3, 32, 32], &device));
        assert_eq!(maps.dims(), [1, width, 1, pooled, pooled]);
    }
}

#[test]
fn modules_are_dropped_from_the_end() {
    let kept: Vec<_> = (0..9).map(LastModule::after_dropping).collect();
    assert_eq!(kept[0], None, "the classifier stays");
    assert_eq!(kept[1], Some(LastModule::Avgpool));
    assert_eq!(kept[2], Some(LastModule::Layer4));
    assert_eq!(kept[6], Some(LastModule::Stem));
    assert_eq!(kept[7..], [None, None], "nothing stays");
}
